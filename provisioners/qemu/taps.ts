import type { MachineObject } from "../../topologies/objects.js";
import type { FindHostNetwork } from "./host-networks.js";

/** What brings a machine onto its networks. */
export interface Taps {
  /** Prefix lengths of the networks, by name. */
  readonly lengths: ReadonlyMap<string, number>;
  readonly scripts: readonly { readonly index: number; readonly script: string }[];
}

/** QEMU makes the taps, which go with it; these scripts put them on the bridges. */
export async function tapScripts(
  spec: MachineObject,
  findNetwork: FindHostNetwork,
  signal?: AbortSignal,
): Promise<Taps> {
  const networks = await Promise.all(
    spec.endpoints.map(async ({ network, mtu }) => ({
      ...{ network, mtu, ...(await findNetwork(spec.lab, network, signal)) },
    })),
  );
  return {
    lengths: new Map(networks.map(({ network, prefix }) => [network, prefix])),
    // A long queue: RDMA sends all again from where a packet was dropped.
    scripts: networks.map(({ bridge, mtu = 1500 }, index) => ({
      index,
      script: `#!/bin/sh\nexec ip link set dev "$1" mtu ${String(mtu)} txqueuelen 10000 master ${bridge} up\n`,
    })),
  };
}
