import { randomBytes } from "node:crypto";
import type Docker from "dockerode";
import type { Clock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { poll } from "../../core/poll.js";
import type { NetworkObject, ObservedObject, Stamp } from "../../topologies/objects.js";
import { adoptOrRefuse } from "./adopt.js";
import { bridgePrefix } from "./bridge-rule.js";
import { request, requestOrAbsent, statusOf } from "./errors.js";
import { hostNetwork } from "./host-network.js";
import { label, labelFilter, labelsOf, nameOf, readLabels } from "./labels.js";
import { attachUplink, masterOf } from "./uplink.js";

const bridgeOption = "com.docker.network.bridge.name";

/** A bridge of the lab's own. Internal: nothing in a lab reaches out, and nobody reaches in but by its uplink, on its subnet. */
export async function createNetwork(
  docker: Docker,
  spec: NetworkObject,
  stamp: Stamp,
  { local, signal }: { readonly local: boolean; readonly signal?: AbortSignal | undefined },
) {
  const name = nameOf(spec);
  await request(`create network ${name} (${spec.subnet})`, signal, async () => {
    try {
      await docker.createNetwork({
        Name: name,
        Driver: "bridge",
        // Engines before 25 let two networks share a name unless they are asked not to.
        CheckDuplicate: true,
        Internal: true,
        EnableIPv6: false,
        IPAM: { Driver: "default", Config: [{ Subnet: spec.subnet, Gateway: spec.gateway }] },
        Options: {
          "com.docker.network.bridge.enable_icc": "true",
          // A name by which firewall rules can tell a lab's bridges from others; never that of an existing bridge.
          [bridgeOption]: `${bridgePrefix}${randomBytes(6).toString("hex")}`,
          ...(spec.mtu !== undefined && { "com.docker.network.driver.mtu": String(spec.mtu) }),
        },
        Labels: labelsOf(spec, stamp),
      });
    } catch (error) {
      if (statusOf(error) !== 409) throw error;
      const found = await docker.getNetwork(name).inspect();
      adoptOrRefuse(spec, "network", found.Labels);
    }
  });
  if (spec.uplink === undefined) return;
  if (!local) {
    throw new ToolError({
      code: "network/no-uplink",
      message: `could not put ${spec.uplink} on network ${name}: the engine with the network is on another host`,
      hint: "unset DOCKER_HOST, or run plugfest on the engine's host",
    });
  }
  const { bridge } = await hostNetwork(docker, spec.lab, spec.id.slice("network/".length), signal);
  await attachUplink(spec.uplink, bridge, name);
}

export async function observeNetworks(docker: Docker, lab: string | undefined, signal?: AbortSignal) {
  const found = await request("list networks", signal, () =>
    docker.listNetworks({ filters: { label: labelFilter(lab) }, ...(signal ? { abortSignal: signal } : {}) }),
  );
  return found.flatMap((network): ObservedObject[] => {
    const read = readLabels(network.Labels ?? {});
    if (read === undefined) return [];
    const uplink = network.Labels?.[label.uplink];
    const attached = uplink === undefined || masterOf(uplink) === network.Options?.[bridgeOption];
    const state = attached ? "ready" : "stopped";
    const stateReason = attached ? "" : `its uplink ${uplink} is not on it`;
    return [{ ...read, ref: network.Id, state, stateReason, createdMs: Date.parse(network.Created) }];
  });
}

/**
 * Removes a network. The engine gives up a removed container's endpoint a moment after it has reported the container
 * gone, and until then refuses: wait for that, and name who is still attached when it does not come.
 */
export async function removeNetwork(docker: Docker, clock: Clock, object: ObservedObject, signal?: AbortSignal) {
  const network = docker.getNetwork(object.ref);
  const what = `remove network ${nameOf(object)}`;
  const removed = await poll(
    () =>
      request(what, signal, async () => {
        try {
          await network.remove();
          return true;
        } catch (error) {
          if (statusOf(error) === 404) return true;
          if (hasEndpoints(error)) return undefined;
          throw error;
        }
      }),
    { clock, everyMs: 50, withinMs: 10_000, ...(signal ? { signal } : {}) },
  );
  if (removed) return;
  const found = await requestOrAbsent(what, signal, async () => network.inspect());
  const attached = Object.values(found?.Containers ?? {}).map((container) => container.Name);
  throw new ToolError({
    code: "network/in-use",
    message: `could not ${what}: still attached are ${attached.join(", ") || "endpoints the engine does not name"}`,
    hint: "detach them with `docker network disconnect --force`, then run `plugfest gc`",
  });
}

/** moby answers 403 with this sentence, and has since 1.9; newer engines use 409 for it. */
function hasEndpoints(error: unknown): boolean {
  return error instanceof Error && error.message.includes("has active endpoints");
}
