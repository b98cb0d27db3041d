import type { HostSpec } from "../../topologies/spec.js";
import type { NightCell } from "../night-cell.js";
import type { NightlyFile } from "../schema.js";

/** The machine that the night itself is on. */
export const LOCAL = "local";

/** Where labs of a night may be. */
export interface NightHost {
  readonly name: string;
  /** The way there; null for this machine. */
  readonly ssh: HostSpec | null;
  /** What is called there. */
  readonly plugfest: string;
}

/** The hosts of a nightly, in its order. */
export function hostsOf({ hosts }: NightlyFile): NightHost[] {
  if (hosts === undefined) return [{ name: LOCAL, ssh: null, plugfest: "plugfest" }];
  return Object.entries(hosts).map(([name, { address, hostKey, keyFile, port, user, plugfest }]) => ({
    ...{ name, plugfest: plugfest ?? "plugfest" },
    ssh:
      address === undefined || hostKey === undefined
        ? null
        : { address, port, user, hostKey, keyFile: keyFile ?? null },
  }));
}

/** Why a cell can only be run on this machine; undefined where any will do. */
export function whyHere({ lab: { spec } }: NightCell): string | undefined {
  const build = spec.nodes.find((node) => node.build !== undefined);
  if (build !== undefined) return `its Samba ${build.samba} is made from what is on this machine`;
  const client = spec.clients.find(({ host }) => host !== null);
  if (client !== undefined) return `its client ${client.name} is reached from this machine`;
  const uplink = spec.networks.find((network) => network.uplink !== null);
  return uplink === undefined ? undefined : `its network ${uplink.name} has an uplink of this machine`;
}
