import type Docker from "dockerode";
import type { Clock } from "../../core/clock.js";
import { unreachable } from "../../core/assert.js";
import { type EngineLocation, engineClient } from "./client.js";
import { isLocal } from "./engine-location.js";
import type { Provisioner } from "../provisioner.js";
import { notOfContainers } from "../of-containers.js";
import { type AddressElsewhere, blockLink } from "./blocks.js";
import { apiWithAllNetworks, createContainer, observeContainers } from "./containers.js";
import { request } from "./errors.js";
import { ExecGate } from "./exec-gate.js";
import { nameOf } from "./labels.js";
import { readLogs } from "./logs.js";
import { createNetwork, observeNetworks, removeNetwork } from "./networks.js";
import { occupiedSubnets } from "./occupied-subnets.js";
import { plugLink, shapeLink } from "./links.js";
import { setPower } from "./power.js";
import { removeContainer } from "./remove-container.js";
import { dockerRemote } from "./remote.js";
import { throttleWrites } from "./throttle.js";
import { createVolume, observeVolumes, removeVolume } from "./volumes.js";

/** Makes labs of containers on one Docker engine. Its labels and names are listed in docs/internals.md. */
export function dockerProvisioner(
  location: EngineLocation,
  clock: Clock,
  elsewhere: AddressElsewhere = () => undefined,
): Provisioner {
  const docker = engineClient(location);
  const engine = { docker, clock, gate: new ExecGate() };
  let asked: Promise<boolean> | undefined;
  const allNetworksAtOnce = () => (asked ??= takesAllNetworks(docker));

  return {
    runtime: "docker",

    observe: async ({ lab }, signal) => {
      const found = await Promise.all([
        observeContainers(docker, lab, signal),
        observeNetworks(docker, lab, signal),
        observeVolumes(docker, lab, signal),
      ]);
      return found.flat();
    },

    create: async (spec, stamp, secrets, signal) => {
      switch (spec.kind) {
        case "network":
          return createNetwork(docker, spec, stamp, { local: isLocal(location), signal });
        case "volume":
        case "marker":
          return createVolume(docker, spec, stamp, signal);
        case "machine": {
          const options = { secrets, allNetworksAtOnce: await allNetworksAtOnce(), signal };
          return createContainer(docker, spec, stamp, options);
        }
        default:
          return unreachable(spec);
      }
    },

    remove: async (object, signal) => {
      switch (object.kind) {
        case "network":
          return removeNetwork(docker, clock, object, signal);
        case "volume":
        case "marker":
          return removeVolume(docker, object, signal);
        case "machine":
          return removeContainer(docker, clock, object, signal);
        default:
          return unreachable(object.kind);
      }
    },

    machines: (lab) => {
      const at = { lab, remote: (node: string) => dockerRemote(engine, lab, node) };
      return {
        power: (node, to) => setPower(engine, lab, node, to),
        plug: (endpoint, plugged) => plugLink(docker, at, endpoint, plugged),
        shape: (endpoint, shape) => shapeLink(docker, at, endpoint, shape),
        block: (from, to, blocked) => blockLink(docker, lab, from, to, blocked, elsewhere),
        throttle: (node, path, rate) => throttleWrites(docker, lab, node, path, rate),
        ...notOfContainers,
      };
    },
    connect: (lab, node) => dockerRemote(engine, lab, node),
    logs: (lab, node, options = {}) => readLogs(docker, nameOf({ lab, id: node }), options),
    occupiedSubnets: (signal) => occupiedSubnets(docker, isLocal(location), signal),
  };
}

async function takesAllNetworks(docker: Docker): Promise<boolean> {
  const { ApiVersion } = await request("ask the engine for its version", undefined, () => docker.version());
  const [major = 0, minor = 0] = ApiVersion.split(".").map(Number);
  const [needMajor, needMinor] = apiWithAllNetworks;
  return major > needMajor || (major === needMajor && minor >= needMinor);
}
