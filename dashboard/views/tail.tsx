import { Box, Text } from "ink";
import type { ReactNode } from "react";
import type { Picture } from "../picture.js";
import type { TailKind } from "../state/state.js";
import type { Role } from "../theme.js";
import { Rule } from "./rule.js";

const roles: Readonly<Record<TailKind, Role>> = {
  ...{ copy: "plain", cluster: "accent", fault: "warn", check: "title" },
  ...{ lab: "quiet", step: "plain", problem: "bad" },
};

/** The newest events that the filter lets pass, each with its time since the run began. */
export function Tail(props: { readonly picture: Picture; readonly width: number; readonly height: number }): ReactNode {
  const { picture, width, height } = props;
  if (height < 2) return null;
  const { state, theme, ui } = picture;
  const lines = state.tail.filter(({ kind }) => ui.filter === "all" || kind === ui.filter).slice(1 - height);
  const title = ui.filter === "all" ? "events" : `events: only ${ui.filter}`;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Rule title={title} width={width} theme={theme} />
      {lines.map(({ atMs, kind, text }, index) => (
        <Text key={index} wrap="truncate-end">
          <Text {...theme.quiet}>{((atMs - state.run.startedMs) / 1000).toFixed(2).padStart(8)}</Text>
          {"  "}
          <Text {...theme[roles[kind]]}>{text}</Text>
        </Text>
      ))}
    </Box>
  );
}
