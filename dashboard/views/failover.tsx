import { Box, Text } from "ink";
import type { ReactNode } from "react";
import type { Phase } from "../../core/event.js";
import { formatMs } from "../../reports/format.js";
import { wrap } from "../../reports/wrap.js";
import type { Size } from "../layout.js";
import type { Picture } from "../picture.js";
import type { Failover as FailoverState, FailoverMoment } from "../state/state.js";
import { Rule } from "./rule.js";

const BAR = 16;

/** The newest fault: its consequences as they are heard of, and the phases of the stall once the evidence is read. */
export function Failover(props: {
  readonly picture: Picture;
  readonly width: number;
  readonly height: number;
}): ReactNode {
  const { picture, width, height } = props;
  const { state, theme, nowMs } = picture;
  const { failover } = state;
  if (failover === undefined || height < 2) return null;
  const { title, atMs, stallMs, phases, moments } = failover;
  const right = stallMs === undefined ? `${formatMs(Math.max(0, nowMs - atMs))} ago` : `stall ${formatMs(stallMs)}`;
  const lines = phases.length > 0 ? phaseLines(phases, width) : momentLines(moments, atMs);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Rule title={`fault: ${title}`} right={right} width={width} theme={theme} />
      {lines.length <= height - 1
        ? lines.map((line, index) => (
            <Text key={index} wrap="truncate-end">
              {line}
            </Text>
          ))
        : wrap(shortText(failover), width, 0)
            .split("\n")
            .slice(0, height - 1)
            .map((line, index) => (
              <Text key={index} wrap="truncate-end">
                {line}
              </Text>
            ))}
    </Box>
  );
}

/** How many lines it would like: a line for each phase has room for its evidence only where there is much room. */
export function failoverLines(failover: FailoverState | undefined, { columns, rows }: Size): number {
  if (failover === undefined) return 0;
  if (failover.phases.length === 0) return Math.max(5, failover.moments.length);
  return columns < 100 && rows < 40 ? 3 : failover.phases.length;
}

function momentLines(moments: readonly FailoverMoment[], faultMs: number): string[] {
  return moments.map(({ name, atMs }) => `${`+${formatMs(atMs - faultMs)}`.padStart(9)}  ${name}`);
}

/** A bar for each phase, where it lies in the stall. */
function phaseLines(phases: readonly Phase[], width: number): string[] {
  const from = phases[0]?.fromMs ?? 0;
  const span = Math.max(1, (phases.at(-1)?.toMs ?? 1) - from);
  return phases.map(({ name, fromMs, toMs, evidence }) => {
    const begin = Math.min(BAR - 1, Math.floor(((fromMs - from) / span) * BAR));
    const end = Math.max(begin, Math.min(BAR, Math.round(((toMs - from) / span) * BAR)));
    const drawn = `${" ".repeat(begin)}${end === begin ? "▏" : "█".repeat(end - begin)}`.padEnd(BAR);
    const line = `${name.padEnd(11)} ${drawn} ${formatMs(toMs - fromMs).padStart(7)}  ${evidence}`;
    return line.length > width ? `${line.slice(0, width - 1)}…` : line;
  });
}

/** Everything in running text, for few lines. */
function shortText({ phases, moments, atMs }: FailoverState): string {
  if (phases.length > 0) return phases.map((one) => `${one.name} ${formatMs(one.toMs - one.fromMs)}`).join(" · ");
  return moments.map((one) => `+${formatMs(one.atMs - atMs)} ${one.name}`).join(" · ");
}
