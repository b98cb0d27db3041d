import type { NodeAction } from "./keys.js";
import type { DashboardState } from "./state/state.js";

/** Actions that take something from somebody: they are asked about first. */
const DESTRUCTIVE: ReadonlySet<NodeAction> = new Set(["disable", "stop", "ban", "kill", "hang", "cut"]);

export function isDestructive(action: NodeAction): boolean {
  return DESTRUCTIVE.has(action);
}

/** What an action does to the node, before anybody else notices. */
const DOES: Readonly<Partial<Record<NodeAction, string>>> = {
  stop: "the node leaves CTDB's databases; its smbds live on",
  ban: "CTDB cuts the node off for 20 s, then takes it back by itself",
  kill: "its smbds end with ctdbd; the addresses stay on its interface when others take them",
  hang: "no connection breaks: clients and CTDB notice only by their time-outs",
  cut: "its public interface loses its carrier: no connection breaks, CTDB sees it and gives the addresses away",
};

/** What will happen: which addresses move where, and which client is hit. For people, before the key acts. */
export function consequencesOf(state: DashboardState, action: NodeAction, node: string): string[] {
  const { addresses, nodes } = state.run;
  const held = addresses.filter((one) => one.node === node).map(({ address }) => address);
  const able = nodes.filter((one) => one.node !== node && one.flags.length === 0).map((one) => one.node);
  const does = DOES[action];
  return [
    ...(does === undefined ? [] : [does]),
    ...(held.length === 0 ? [`${node} holds no public address: none moves`] : []),
    ...(held.length > 0 && able.length > 0
      ? [`${held.join(" and ")} ${held.length === 1 ? "moves" : "move"} to ${able.join(" or ")}`]
      : []),
    ...(held.length > 0 && able.length === 0
      ? [`nobody takes ${held.join(" and ")}: no other node is OK, and clients lose the cluster`]
      : []),
    ...clientsHit(state, held),
  ];
}

function clientsHit({ connections, run }: DashboardState, held: readonly string[]): string[] {
  const hit = [...connections].filter(
    ([, { address, state }]) => state !== "over" && address !== undefined && held.includes(address),
  );
  if (hit.length === 0) return ["no copy that is running is served by it"];
  return hit.map(([copy, { client, address }]) => {
    const transfer = run.transfers.findLast(({ key }) => key === copy);
    const share = transfer === undefined || transfer.size === 0 ? 0 : Math.floor((transfer.done / transfer.size) * 100);
    return `${client} is hit: it copies ${copy} (${String(share)} % done) by ${address ?? ""}`;
  });
}
