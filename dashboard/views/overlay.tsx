import { Box, Text } from "ink";
import type { ReactNode } from "react";
import type { Overlay as OverlayState, Picture } from "../picture.js";
import { Rule } from "./rule.js";

/** A question, a list, or something told: below the cluster, so that what is asked about stays in sight. */
export function Overlay(props: {
  readonly picture: Picture;
  readonly width: number;
  readonly height: number;
}): ReactNode {
  const { picture, width, height } = props;
  const { theme } = picture;
  const { title, lines, marked } = textOf(picture.ui.overlay);
  const room = Math.max(1, height - 1);
  const first = Math.max(0, Math.min((marked ?? 0) - room + 1, lines.length - room));
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Rule title={title} width={width} theme={theme} />
      {lines.slice(first, first + room).map((line, index) => (
        <Text key={index} wrap="truncate-end" {...theme[first + index === marked ? "selected" : "plain"]}>
          {first + index === marked ? `▸ ${line}` : `  ${line}`}
        </Text>
      ))}
    </Box>
  );
}

/** How many lines it needs. */
export function overlayLines(overlay: OverlayState): number {
  return textOf(overlay).lines.length;
}

interface OverlayText {
  readonly title: string;
  readonly lines: readonly string[];
  /** Which line the cursor is on. */
  readonly marked?: number;
}

function textOf(overlay: OverlayState): OverlayText {
  switch (overlay.is) {
    case "confirm":
      return {
        title: `${overlay.title}?`,
        lines: [...overlay.consequences, "y or Enter does it, any other key does not"],
      };
    case "choose":
      return { title: `${overlay.title}: ↑ ↓ Enter, Esc`, lines: overlay.items, marked: overlay.at };
    case "told":
      return { title: "any key comes back", lines: overlay.lines };
    case "help":
    case "log":
    case "nothing":
      return { title: "", lines: [] };
  }
}
