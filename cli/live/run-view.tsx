import { Box, Text } from "ink";
import type { ReactNode } from "react";
import type { Outcome } from "../../core/event.js";
import { bar, formatBytes, formatMs, formatRate } from "../../reports/format.js";
import type { RunState, TransferState } from "../../reports/run-state.js";

/** Of each list the newest: a picture that is higher than the screen flickers, and the summary has all of it. */
const MAX_LINES = 8;

/** One run on one screen: what is being done, copies, who holds which address, faults, phases, checks. */
export function RunView({ run, columns }: { readonly run: RunState; readonly columns: number }): ReactNode {
  return (
    <Box flexDirection="column" width={columns}>
      <Text wrap="truncate">
        <Text bold>{run.scenario === "" ? "plugfest" : `${run.scenario} on ${run.topology}`}</Text>
        {`  ${formatMs(run.nowMs - run.startedMs)}`}
      </Text>
      {run.transfers.slice(-MAX_LINES).map((transfer) => (
        <Transfer key={transfer.key} transfer={transfer} columns={columns} />
      ))}
      {run.nodes.map(({ node, flags }) => (
        <Text key={node} wrap="truncate">
          {`${node.padEnd(8)} ${(flags.length === 0 ? "OK" : flags.join(",")).padEnd(12)} `}
          <Text color="cyan">
            {run.addresses
              .filter((held) => held.node === node)
              .map((held) => held.address)
              .join("  ")}
          </Text>
        </Text>
      ))}
      {run.faults.slice(-MAX_LINES).map(({ text, atMs, healed }) => (
        <Text key={`${text}${String(atMs)}`} color="yellow" wrap="wrap">
          {`fault at ${formatMs(atMs - run.startedMs)}: ${text}${healed ? " (healed)" : ""}`}
        </Text>
      ))}
      {run.stalls.slice(-2).map(({ copy, stallMs, phases }, at) => (
        <Text key={`${String(at)}${copy}`} wrap="wrap">
          {`${copy}: stall ${formatMs(stallMs)}: ${phases.map((phase) => `${phase.name} ${formatMs(phase.toMs - phase.fromMs)}`).join(" · ")}`}
        </Text>
      ))}
      {run.checks.slice(-MAX_LINES).map(({ check, outcome, reason }, at) => (
        <Box key={`${String(at)}${check}`}>
          <Box width={9} flexShrink={0}>
            <Text {...colorOf(outcome)}>{outcome}</Text>
          </Box>
          <Text wrap="wrap">{`${check}: ${reason}`}</Text>
        </Box>
      ))}
      {run.doing.slice(-3).map((line, at) => (
        <Text key={`${String(at)}${line}`} dimColor wrap="truncate">{`… ${line}`}</Text>
      ))}
    </Box>
  );
}

function Transfer({ transfer, columns }: { readonly transfer: TransferState; readonly columns: number }): ReactNode {
  const { title, done, size, rate, state, note, lastMs, startedMs } = transfer;
  const fraction = size === 0 ? 0 : done / size;
  const speed = state === "finished" ? formatRate(done, Math.max(1, lastMs - startedMs)) : formatRate(rate, 1000);
  const width = Math.max(10, Math.min(30, columns - 82));
  return (
    <Text wrap="truncate">
      {`${title.padEnd(26)} ${bar(fraction, width)} ${String(Math.floor(fraction * 100)).padStart(3)} %  `}
      {`${formatBytes(done)}  ${speed}  `}
      <Text {...(state === "stalled" || state === "failed" ? { color: "red" } : {})}>
        {state === "running" ? "" : state}
      </Text>
      {note === "" ? "" : `  ${note}`}
    </Text>
  );
}

function colorOf(outcome: Outcome): { color: string } {
  return { color: { pass: "green", fail: "red", unknown: "yellow" }[outcome] };
}
