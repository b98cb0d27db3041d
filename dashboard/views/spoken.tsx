import { Box, Static, Text } from "ink";
import type { ReactNode } from "react";
import { formatBytes, formatMs } from "../../reports/format.js";
import type { Picture } from "../picture.js";

/** For a screen reader: each event once, as a line of its own, and below them how things stand, in sentences. */
export function Spoken({ picture }: { readonly picture: Picture }): ReactNode {
  return (
    <Box flexDirection="column">
      <Static items={[...picture.state.tail]}>{({ text }, index) => <Text key={index}>{text}</Text>}</Static>
      {sentences(picture).map((line) => (
        <Text key={line}>{line}</Text>
      ))}
    </Box>
  );
}

function sentences({ state, nowMs }: Picture): string[] {
  const { run } = state;
  const nodes = run.nodes.map(({ node, flags }) => {
    const held = run.addresses.filter((one) => one.node === node).map(({ address }) => address);
    return `${node} is ${flags.length === 0 ? "OK" : flags.join(" and ")}, holds ${held.join(" and ") || "no address"}.`;
  });
  const copies = run.transfers
    .filter((transfer) => transfer.state === "running" || transfer.state === "stalled")
    .map(({ title, done, size, rate, state: is }) => {
      const share = size > 0 ? Math.floor((done / size) * 100) : 0;
      const speed = is === "stalled" ? "stalled" : `${formatBytes(rate)} per second`;
      return `${title}: ${String(share)} percent, ${speed}.`;
    });
  const verdict = run.verdict === null ? [] : [`The verdict is ${run.verdict.outcome}.`];
  return [...nodes, ...copies, ...verdict, `${formatMs(Math.max(0, nowMs - run.startedMs))} since the beginning.`];
}
