import { rewriteYaml } from "../core/rewrite-yaml.js";
import { overlaps, parseCidr } from "./cidr.js";
import { readTopology } from "./load.js";
import type { LoadedTopology, LoadOptions } from "./load.js";
import type { LabSpec } from "./spec.js";

interface LabPlace {
  readonly name: string;
  /** By network. */
  readonly subnets: Readonly<Record<string, string>>;
}

/** The topology under another name and at other addresses, as it would have been written; else it is the same. */
export function movedTopology(
  base: LoadedTopology,
  { name, subnets }: LabPlace,
  { knownSamba }: Pick<LoadOptions, "knownSamba">,
): LoadedTopology {
  const changes = [
    { path: ["name"], value: name },
    ...Object.entries(subnets).map(([network, subnet]) => ({ path: ["networks", network, "subnet"], value: subnet })),
  ];
  return readTopology(base.source.file, rewriteYaml(base.source.text, changes, []), { knownSamba, host: base.host });
}

/** Why a lab can only be where its topology says; undefined where it can be elsewhere. `texts`: what is done in it. */
export function whyNotMoved({ networks, clients, cluster }: LabSpec, texts: readonly string[]): string | undefined {
  const host = clients.find((client) => client.host !== null);
  if (host !== undefined) return `its client ${host.name} is a host that is there already`;
  const uplink = networks.find((network) => network.uplink !== null);
  if (uplink !== undefined) return `its network ${uplink.name} has an uplink`;
  const written = [JSON.stringify(cluster.smbConf), ...texts].join("\n").match(/\b\d+\.\d+\.\d+\.\d+\b/g) ?? [];
  const own = written.find((address) => networks.some(({ subnet }) => isWithin(address, subnet)));
  return own === undefined ? undefined : `its address ${own} is written out in what is run`;
}

function isWithin(address: string, subnet: string): boolean {
  const [one, all] = [parseCidr(`${address}/32`), parseCidr(subnet)];
  return one !== undefined && all !== undefined && overlaps(one, all);
}
