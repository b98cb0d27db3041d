import { Box, Text } from "ink";
import type { ReactNode } from "react";
import type { Overlay, Picture } from "../picture.js";
import { Rule } from "./rule.js";

/** A log to page through, from its end. */
export function Log(props: {
  readonly log: Extract<Overlay, { is: "log" }>;
  readonly picture: Picture;
  readonly width: number;
  readonly height: number;
}): ReactNode {
  const { log, picture, width, height } = props;
  const end = Math.max(Math.min(height - 1, log.lines.length), log.lines.length - log.back);
  const right = `↑ ↓ PgUp PgDn, q comes back, line ${String(end)} of ${String(log.lines.length)}`;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Rule title={log.title} right={right} width={width} theme={picture.theme} />
      {log.lines.slice(Math.max(0, end - height + 1), end).map((line, index) => (
        <Text key={index} wrap="truncate-end">
          {line === "" ? " " : line}
        </Text>
      ))}
    </Box>
  );
}
