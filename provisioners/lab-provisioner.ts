import type { Clock } from "../core/clock.js";
import { ToolError } from "../core/errors.js";
import { administerByEngine } from "./docker/administer-by-engine.js";
import { addressOf } from "./docker/blocks.js";
import { type EngineLocation, engineClient } from "./docker/client.js";
import { dockerProvisioner } from "./docker/docker-provisioner.js";
import { isLocal } from "./docker/engine-location.js";
import { hostNetwork } from "./docker/host-network.js";
import { hostVolume } from "./docker/host-volume.js";
import { addressAmong } from "./machine-sort.js";
import type { Provisioner } from "./provisioner.js";
import { administerHere, mayAdminister } from "./qemu/administer.js";
import { qemuMachines } from "./qemu/qemu-machines.js";
import { existingHosts } from "./ssh/existing-hosts.js";
import { withMachines } from "./with-machines.js";

export interface LabProvisionerOptions {
  readonly location: EngineLocation;
  readonly clock: Clock;
  readonly stateFolder: string;
}

/** What labs are made with: containers of one engine, virtual machines on its bridges, and hosts that are there already. */
export function labProvisioner({ location, clock, stateFolder }: LabProvisionerOptions): Provisioner {
  const docker = engineClient(location);
  const requireLocal = () => {
    if (isLocal(location)) return;
    throw new ToolError({
      code: "machine/engine-elsewhere",
      message: "virtual machines run on this host, and the engine with their networks is on another",
      hint: "unset DOCKER_HOST, or run plugfest on the engine's host",
    });
  };
  const findNetwork = (lab: string, network: string, signal?: AbortSignal) => {
    requireLocal();
    return hostNetwork(docker, lab, network, signal);
  };
  const findVolume = (lab: string, volume: string, signal?: AbortSignal) => {
    requireLocal();
    return hostVolume(docker, lab, volume, signal);
  };
  const administer = mayAdminister() ? administerHere : administerByEngine(docker);
  const virtual = qemuMachines({ stateFolder, clock, findNetwork, findVolume, administer });
  const others = [virtual, existingHosts({ stateFolder, clock })];
  const containers = dockerProvisioner(location, clock, (lab, endpoint) => addressAmong(others, lab, endpoint));
  const containerAddress = (lab: string, endpoint: { readonly node: string; readonly network: string }) =>
    addressOf(docker, lab, endpoint);
  return withMachines({ containers, others, containerAddress });
}
