import { Text } from "ink";
import type { ReactNode } from "react";
import type { Theme } from "../theme.js";

/** The title line of a panel. */
export function Rule(props: {
  readonly title: string;
  readonly right?: string;
  readonly width: number;
  readonly theme: Theme;
}): ReactNode {
  const { title, right = "", width, theme } = props;
  const room = Math.max(0, width - 5 - (right === "" ? 0 : right.length + 3));
  const shown = title.length > room ? `${title.slice(0, Math.max(0, room - 1))}…` : title;
  const fill = Math.max(0, width - shown.length - 4 - (right === "" ? 0 : right.length + 3));
  return (
    <Text wrap="truncate-end">
      <Text {...theme.quiet}>{"── "}</Text>
      <Text {...theme.title}>{shown}</Text>
      <Text {...theme.quiet}>{` ${"─".repeat(fill)}${right === "" ? "" : ` ${right} ─`}`}</Text>
    </Text>
  );
}
