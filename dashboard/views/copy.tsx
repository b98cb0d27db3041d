import { Box, Text } from "ink";
import type { ReactNode } from "react";
import { bar, formatBytes, formatMs, formatRate } from "../../reports/format.js";
import type { TransferState } from "../../reports/run-state.js";
import { graphOf } from "../graph.js";
import { COPY_LINES } from "../layout.js";
import type { Picture } from "../picture.js";
import type { Role } from "../theme.js";
import { Rule } from "./rule.js";

interface CopyProps {
  readonly transfer: TransferState;
  readonly picture: Picture;
  readonly width: number;
  readonly height: number;
}

/** A copy: its way to the node that serves it, its progress, and its speed over time with stalls shaded. */
export function Copy({ transfer, picture, width, height }: CopyProps): ReactNode {
  if (height < COPY_LINES) return null;
  const { theme, state, nowMs } = picture;
  const history = state.histories.get(transfer.key);
  const running = isRunning(transfer);
  const graphHeight = height - COPY_LINES;
  const graph =
    history !== undefined && graphHeight > 0
      ? graphOf(history, { width, height: graphHeight, nowMs, running })
      : undefined;
  const scale = graph && graph.top > 2 ? `${formatMs(graph.spanMs)}, up to ${formatBytes(graph.top)}/s` : "";
  const roles = { rate: "rate", stall: "stall", nothing: "plain" } as const satisfies Record<string, Role>;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Rule title={transfer.title} right={scale} width={width} theme={theme} />
      <Way transfer={transfer} picture={picture} />
      <Progress transfer={transfer} picture={picture} width={width} />
      {graph?.rows.map((row, index) => (
        <Text key={index} wrap="truncate-end">
          {row.map(({ text, is }, at) => (
            <Text key={at} {...theme[roles[is]]}>
              {text}
            </Text>
          ))}
        </Text>
      ))}
    </Box>
  );
}

/** From the client by its address to the node. */
function Way({ transfer, picture }: { readonly transfer: TransferState; readonly picture: Picture }): ReactNode {
  const { state, theme, nowMs } = picture;
  const connection = state.connections.get(transfer.key);
  if (connection === undefined) return <Text> </Text>;
  const { client, address, granted, dialect } = connection;
  const node = state.run.addresses.find((held) => held.address === address)?.node;
  const lost = connection.state === "lost" || (connection.state === "connecting" && address !== undefined);
  const handle = granted?.persistent ? "persistent handle" : granted?.durable ? "durable handle" : "no durable handle";
  return (
    <Text wrap="truncate-end">
      {client}
      <Text {...theme[lost ? "bad" : "accent"]}>{lost ? " ━╳━▸ " : address === undefined ? " ┄┄┄▸ " : " ━━━▸ "}</Text>
      {address ?? "?"}
      {node !== undefined && (
        <>
          <Text {...theme[lost ? "bad" : "accent"]}>{" ━━━▸ "}</Text>
          <Text {...theme.title}>{node ?? "nobody"}</Text>
        </>
      )}
      {lost ? (
        <Text {...theme.bad}>{`  lost for ${formatMs(Math.max(0, nowMs - connection.sinceMs))}`}</Text>
      ) : (
        <Text {...theme.quiet}>{granted === undefined ? "" : `  SMB ${dialect}, ${handle}`}</Text>
      )}
    </Text>
  );
}

function Progress(props: {
  readonly transfer: TransferState;
  readonly picture: Picture;
  readonly width: number;
}): ReactNode {
  const { transfer, picture, width } = props;
  const { theme, state, nowMs } = picture;
  const fraction = transfer.size > 0 ? transfer.done / transfer.size : 0;
  const stalledFromMs = state.histories.get(transfer.key)?.stalledFromMs;
  const [word, role] = stateWord(transfer, stalledFromMs, nowMs);
  const share = `${String(Math.floor(fraction * 100)).padStart(3)} %`;
  const amount = `${formatBytes(transfer.done)} of ${formatBytes(transfer.size)}`;
  const text = `${share}  ${amount}  ${rateText(transfer)}`;
  return (
    <Text wrap="truncate-end">
      <Text {...theme[role === "plain" ? "rate" : role]}>
        {bar(fraction, Math.max(8, Math.min(60, width - text.length - 20)))}
      </Text>
      {` ${text}  `}
      <Text {...theme[role]}>{word}</Text>
    </Text>
  );
}

/** A transfer without a graph: one line. */
export function Transfer({
  transfer,
  picture,
}: {
  readonly transfer: TransferState;
  readonly picture: Picture;
}): ReactNode {
  const { theme } = picture;
  const fraction = transfer.size > 0 ? transfer.done / transfer.size : 0;
  const [word, role] = stateWord(transfer, undefined, picture.nowMs);
  return (
    <Text wrap="truncate-end">
      <Text {...theme.rate}>{bar(fraction, 10)}</Text>
      {` ${String(Math.floor(fraction * 100)).padStart(3)} %  ${transfer.title}  `}
      <Text {...theme[role]}>{word}</Text>
    </Text>
  );
}

function rateText(transfer: TransferState): string {
  const over = !isRunning(transfer);
  const ms = transfer.lastMs - transfer.startedMs;
  if (over) return `⌀ ${formatRate(transfer.done, ms)}`;
  return formatRate(transfer.state === "stalled" ? 0 : transfer.rate, 1000);
}

function stateWord(transfer: TransferState, stalledFromMs: number | undefined, nowMs: number): [string, Role] {
  if (transfer.state === "finished") return ["✓ done", "ok"];
  if (transfer.state === "failed") return ["✗ failed", "bad"];
  if (stalledFromMs !== undefined) return [`▒ stalled ${formatMs(Math.max(0, nowMs - stalledFromMs))}`, "stall"];
  return ["", "plain"];
}

function isRunning({ state }: TransferState): boolean {
  return state === "running" || state === "stalled";
}
