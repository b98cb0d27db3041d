import { ToolError } from "../../core/errors.js";
import type { Endpoint } from "../provisioner.js";
import type { FakeLink, FakeWorld } from "./world.js";

/** Notes what is wrong with a link. A machine without power has none that anything could be wrong with. */
export function changeLink(world: FakeWorld, lab: string, { node, network }: Endpoint, change: FakeLink): void {
  const object = world.machineObject(lab, node);
  const exists = object?.spec.kind === "machine" && object.spec.endpoints.some((one) => one.network === network);
  const worsens = Object.values(change).some((value) => value !== undefined);
  if (!exists || (worsens && object.observed.state !== "ready")) {
    const message = `the link ${node}/${network} cannot be changed: ${exists ? "it is off" : "it is not there"}`;
    throw new ToolError({ code: "network/no-link", message, hint: "see `plugfest ls`" });
  }
  object.machine?.links.set(network, { ...object.machine.links.get(network), ...change });
}
