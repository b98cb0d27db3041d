import { existsSync } from "node:fs";
import type { MachineObject } from "../../topologies/objects.js";
import { type Administer, mayAdminister } from "./administer.js";
import type { FindHostNetwork } from "./host-networks.js";
import type { MachineRecord } from "./machine-folder.js";

/** What brings a machine onto its networks. */
export interface Taps {
  /** Prefix lengths of the networks, by name. */
  readonly lengths: ReadonlyMap<string, number>;
  readonly scripts: readonly { readonly index: number; readonly script: string }[];
  /** Makes what QEMU would not be allowed to. */
  readonly make: (record: MachineRecord, administer: Administer) => Promise<void>;
}

/**
 * QEMU makes the taps, which go with it; these scripts put them on the bridges. Where this process may not administer
 * networks, QEMU may not either: then the taps are made before, as this user's, and QEMU finds them.
 */
export async function tapsOf(spec: MachineObject, findNetwork: FindHostNetwork, signal?: AbortSignal): Promise<Taps> {
  const networks = await Promise.all(
    spec.endpoints.map(async ({ network, mtu = 1500 }) => ({
      ...{ network, mtu, ...(await findNetwork(spec.lab, network, signal)) },
    })),
  );
  const isOurs = mayAdminister();
  return {
    lengths: new Map(networks.map(({ network, prefix }) => [network, prefix])),
    scripts: networks.map(({ bridge, mtu }, index) => ({
      index,
      script: isOurs ? `#!/bin/sh\nexec ip link set dev "$1" ${onBridge(mtu, bridge)}\n` : "#!/bin/sh\n",
    })),
    make: async ({ links, node, stamp }, administer) => {
      if (isOurs) return;
      const user = String(process.geteuid?.() ?? 0);
      const script = networks
        .map(({ network, bridge, mtu }) => {
          const tap = links.find((link) => link.network === network)?.tap ?? "";
          // One that a killed command left is another user's, maybe, and on a bridge that is gone.
          return `ip link delete ${tap} 2>/dev/null || :
ip tuntap add dev ${tap} mode tap user ${user}
ip link set dev ${tap} ${onBridge(mtu, bridge)}`;
        })
        .join("\n");
      await administer({ what: `put ${node} on its networks`, script, args: [], stamp });
    },
  };
}

/** A long queue: RDMA sends all again from where a packet was dropped. */
function onBridge(mtu: number, bridge: string): string {
  return `mtu ${String(mtu)} txqueuelen 10000 master ${bridge} up`;
}

/** Removes the taps that did not go with QEMU. */
export async function removeTaps({ links, node, stamp }: MachineRecord, administer: Administer): Promise<void> {
  const left = links.map(({ tap }) => tap).filter((tap) => existsSync(`/sys/class/net/${tap}`));
  if (left.length === 0) return;
  const script = `for tap; do ip link delete "$tap" || ! ip link show "$tap"; done`;
  await administer({ what: `take ${node} off its networks`, script, args: left, stamp });
}
