import { Box, Text } from "ink";
import type { ReactNode } from "react";
import type { NodeState } from "../../core/event.js";
import type { Picture } from "../picture.js";
import type { AddressMove, DashboardState, Vitals } from "../state/state.js";
import { Rule } from "./rule.js";

/** So long an address that moved says where it came from. */
const NEWS_MS = 20_000;

/** A lane for each node: its state, what it carries, the addresses it holds, and the copies that it serves by them. */
export function Cluster(props: {
  readonly picture: Picture;
  readonly width: number;
  readonly height: number;
}): ReactNode {
  const { picture, width, height } = props;
  if (height < 2) return null;
  const { run } = picture.state;
  const homeless = run.addresses.filter(({ node }) => node === null);
  const room = height - 1 - (homeless.length > 0 ? 1 : 0);
  const first = Math.max(0, Math.min(picture.ui.selected - room + 1, run.nodes.length - room));
  const shown = run.nodes.slice(first, first + room);
  const hidden = run.nodes.length - shown.length;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Rule
        title={picture.state.labGone ? "cluster, as it was last seen: the lab is removed" : "cluster"}
        right={hidden > 0 ? `${String(hidden)} more` : ""}
        width={width}
        theme={picture.theme}
      />
      {shown.map((node, index) => (
        <Lane
          key={node.node}
          node={node}
          picture={picture}
          width={width}
          selected={first + index === picture.ui.selected}
        />
      ))}
      {homeless.length > 0 && (
        <Text wrap="truncate-end" {...picture.theme.bad}>
          {`  nobody holds ${homeless.map(({ address }) => address).join(" ")}`}
        </Text>
      )}
    </Box>
  );
}

function Lane(props: {
  readonly node: NodeState;
  readonly picture: Picture;
  readonly width: number;
  readonly selected: boolean;
}): ReactNode {
  const { node, picture, width, selected } = props;
  const { state, theme } = picture;
  const ok = node.flags.length === 0;
  const words = ok ? "OK" : node.flags.join(",");
  const nameWidth = Math.max(...state.run.nodes.map((one) => one.node.length));
  return (
    <Text wrap="truncate-end">
      <Text {...theme.accent}>{selected ? "▸ " : "  "}</Text>
      <Text {...theme[selected ? "selected" : "title"]}>{node.node.padEnd(nameWidth)}</Text>
      <Text {...theme[ok ? "ok" : "bad"]}>{` ${ok ? "✓" : "✗"} ${words.padEnd(12)}`}</Text>
      <Text {...theme.quiet}>{vitalsText(state.vitals.get(node.node), picture, width)}</Text>
      {heldBy(node.node, picture).map((address) => (
        <Address key={address} address={address} picture={picture} />
      ))}
    </Text>
  );
}

/** A node that said nothing for so long may be frozen: what it said last is no news of it any more. */
const STALE_MS = 15_000;

/** In words where there is room for them. */
const ROOMY_COLUMNS = 90;

function vitalsText(vitals: Vitals | undefined, { state, nowMs }: Picture, columns: number): string {
  if (state.vitals.size === 0) return "";
  const isShort = columns < ROOMY_COLUMNS;
  const width = isShort ? 11 : 24;
  const isStale = vitals !== undefined && nowMs - vitals.atMs > STALE_MS && !state.labGone;
  if (vitals === undefined || isStale) return (isShort ? " silent" : " says nothing").padEnd(width);
  const { leader, cpuPercent, connections } = vitals;
  const cpu = cpuPercent === null ? "" : `${String(cpuPercent)} %`;
  const smb = connections === null ? "" : String(connections);
  if (isShort) return ` ${leader ? "L" : " "} ${cpu.padStart(5)} ${`${smb}⇄`.padStart(2)}`.padEnd(width);
  return ` ${(leader ? "leader" : "").padEnd(6)} cpu ${cpu.padEnd(5)} smb ${smb.padEnd(2)}`.padEnd(width);
}

/** Those that somebody is connected to come first: they shall be seen where not all have room. */
function heldBy(node: string, { state }: Picture): string[] {
  const held = state.run.addresses.filter((one) => one.node === node).map(({ address }) => address);
  return held.toSorted((a, b) => copiesBy(b, state).length - copiesBy(a, state).length);
}

function copiesBy(address: string, { connections }: DashboardState): string[] {
  return [...connections]
    .filter(([, connection]) => connection.address === address && connection.state === "connected")
    .map(([copy]) => copy);
}

/** An address in its node's lane; one that moved lately says from where, and the copies of its clients are named. */
function Address({ address, picture }: { readonly address: string; readonly picture: Picture }): ReactNode {
  const { state, nowMs, theme } = picture;
  const move = state.moves.find((one) => one.address === address);
  const copies = copiesBy(address, state);
  return (
    <Text>
      {"  "}
      <Text {...theme.accent}>{address}</Text>
      {move !== undefined && nowMs - move.atMs < NEWS_MS && <Text {...theme.warn}>{moveText(move, nowMs)}</Text>}
      {copies.length > 0 && <Text {...theme.title}>{` ◂━ ${copies.join(", ")}`}</Text>}
    </Text>
  );
}

function moveText({ from, atMs }: AddressMove, nowMs: number): string {
  const seconds = Math.floor((nowMs - atMs) / 1000);
  return ` ← ${from ?? "nobody"} ${seconds < 1 ? "now" : `${String(seconds)} s ago`}`;
}
