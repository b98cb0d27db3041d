import { Box, Text } from "ink";
import type { ReactNode } from "react";
import type { Outcome } from "../../core/event.js";
import type { Picture } from "../picture.js";
import { Rule } from "./rule.js";

const SIGN: Readonly<Record<Outcome, string>> = { pass: "✓", fail: "✗", unknown: "?" };

/** The checks so far, the newest where not all fit; then the verdict. */
export function Verdict(props: {
  readonly picture: Picture;
  readonly width: number;
  readonly height: number;
}): ReactNode {
  const { picture, width, height } = props;
  if (height < 2) return null;
  const { theme, state } = picture;
  const { checks, verdict } = state.run;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Rule title="checks" right={verdict === null ? "" : `verdict ${verdict.outcome}`} width={width} theme={theme} />
      {checks.slice(1 - height).map(({ check, outcome, reason }) => (
        <Text key={check} wrap="truncate-end">
          <Text {...theme[outcome === "pass" ? "ok" : "bad"]}>{`${SIGN[outcome]} ${outcome.padEnd(7)} `}</Text>
          {`${check}: ${reason}`}
        </Text>
      ))}
    </Box>
  );
}
