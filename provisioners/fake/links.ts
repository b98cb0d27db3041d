import { ToolError } from "../../core/errors.js";
import type { Endpoint } from "../provisioner.js";
import type { FakeLink, FakeWorld } from "./world.js";

/** Notes what is wrong with a link. A machine without power has none that anything could be wrong with. */
export function changeLink(world: FakeWorld, lab: string, { node, network }: Endpoint, change: FakeLink): void {
  const object = world.machineObject(lab, node);
  const exists = object?.spec.kind === "machine" && object.spec.endpoints.some((one) => one.network === network);
  const worsens = Object.values(change).some((value) => value !== undefined);
  if (!exists || (worsens && object.observed.state !== "ready")) {
    throw noLink(`${node}/${network}`, exists ? "it is off" : "it is not there");
  }
  object.machine?.links.set(network, { ...object.machine.links.get(network), ...change });
}

interface Blocks {
  readonly from: Endpoint;
  readonly to: readonly string[];
  readonly blocked: boolean;
}

/** Notes to whom a machine's packets do not come. */
export function changeBlocks(world: FakeWorld, lab: string, { from, to, blocked }: Blocks): void {
  for (const node of to) {
    const peer = world.machineObject(lab, node);
    if (peer?.spec.kind !== "machine" || !peer.spec.endpoints.some(({ network }) => network === from.network))
      throw noLink(`${node}/${from.network}`, "it is not there");
  }
  const before = world.machineObject(lab, from.node)?.machine?.links.get(from.network)?.blocked ?? [];
  const others = before.filter((node) => !to.includes(node));
  const now = blocked ? [...others, ...to] : others;
  changeLink(world, lab, from, { blocked: now.length > 0 ? now : undefined });
}

function noLink(link: string, why: string): ToolError {
  const message = `the link ${link} cannot be changed: ${why}`;
  return new ToolError({ code: "network/no-link", message, hint: "see `plugfest ls`" });
}
