import { writeDataCd } from "../../../images/windows-cd/data-cd.js";
import type { MachineFolder, MachineRecord } from "../machine-folder.js";
import { windowsManagement } from "./hardware.js";

export interface WindowsSeed {
  readonly record: MachineRecord;
  /** Prefix lengths of its networks, by name. */
  readonly prefixes: ReadonlyMap<string, number>;
  readonly hostKey: string;
  readonly authorizedKey: string;
}

/** Everything that is one machine's own, on a CD; images/windows/setup/start.ps1 reads it at each start. */
export async function writeWindowsSeed({ at }: MachineFolder, seed: WindowsSeed): Promise<void> {
  await writeDataCd(at("seed.iso"), "PLUGFEST", { "seed.json": JSON.stringify(windowsSeed(seed)) });
}

export function windowsSeed({ record, prefixes, hostKey, authorizedKey }: WindowsSeed) {
  const { mac, address, prefix } = windowsManagement;
  const links = record.links.map((link) => ({
    ...{ mac: link.mac, address: link.address, prefix: prefixes.get(link.network) ?? 32 },
    ...(link.mtu === undefined ? {} : { mtu: link.mtu }),
  }));
  return { name: windowsName(record.node), hostKey, authorizedKey, links: [...links, { mac, address, prefix }] };
}

/** Windows' names of machines have 15 characters at most. */
function windowsName(node: string): string {
  return node.slice(0, 15).replace(/-+$/, "");
}
