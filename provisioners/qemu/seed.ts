import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import type { FileSpec } from "../../core/remote.js";
import { ToolError } from "../../core/errors.js";
import { packFiles } from "../archive.js";
import type { MachineFolder, MachineRecord } from "./machine-folder.js";

/** The seed's disk has one size, so that a machine's saved state fits every machine. */
const seedBytes = 8 * 1024 * 1024;

/** The network of the way in, which QEMU keeps to itself: from the range that belongs to no network. */
export const management = { network: "169.254.77.0/24", address: "169.254.77.15", prefix: 24 } as const;

export interface SeedContent {
  readonly record: MachineRecord;
  /** Prefix lengths of its networks, by name. */
  readonly prefixes: ReadonlyMap<string, number>;
  readonly hostKey: string;
  readonly authorizedKey: string;
  readonly files: readonly FileSpec[];
}

/** An empty seed: the machine waits until it gets a content. */
export function writeEmptySeed({ at }: MachineFolder): void {
  writeFileSync(at("seed"), Buffer.alloc(seedBytes), { mode: 0o600 });
}

/** Everything that is one machine's own, as a tar archive on a disk; images/machine/init unpacks it. */
export async function writeSeed({ at }: MachineFolder, content: SeedContent, nowMs: number): Promise<void> {
  const { record, prefixes, hostKey, authorizedKey, files } = content;
  const archive = await packFiles([
    { path: "/etc/hostname", content: `${record.node}\n`, mode: 0o644 },
    { path: "/etc/plugfest/machine", content: `clock=${(nowMs / 1000).toFixed(6)}\n`, mode: 0o600 },
    { path: "/etc/plugfest/links", content: linkCommands(record, prefixes), mode: 0o600 },
    { path: "/etc/plugfest/rdma", content: rdmaDevices(record), mode: 0o600 },
    { path: "/etc/plugfest/entropy", content: randomBytes(64), mode: 0o600 },
    { path: "/etc/plugfest/host_key", content: hostKey, mode: 0o600 },
    { path: "/etc/plugfest/authorized_keys", content: authorizedKey, mode: 0o600 },
    ...files,
  ]);
  if (archive.length > seedBytes) {
    throw new ToolError({
      code: "machine/seed-too-large",
      message: `the files of ${record.node} take ${String(archive.length)} bytes; its seed has ${String(seedBytes)}`,
      hint: "give it less configuration at its start",
    });
  }
  writeFileSync(at("seed"), Buffer.concat([archive, Buffer.alloc(seedBytes - archive.length)]), { mode: 0o600 });
}

/** For `ip -batch`: interfaces get their hardware addresses here, for a restored machine has those of the saved one. */
function linkCommands({ links }: MachineRecord, prefixes: ReadonlyMap<string, number>): string {
  const lines = ["link set lo up"];
  links.forEach(({ network, address, mac, mtu = 1500 }, index) => {
    const device = `eth${String(index)}`;
    lines.push(`link set ${device} address ${mac} mtu ${String(mtu)} txqueuelen 10000`);
    lines.push(`address add ${address}/${String(prefixes.get(network) ?? 32)} dev ${device}`, `link set ${device} up`);
  });
  lines.push(`link set eth${String(links.length)} name mgmt0`);
  lines.push(`address add ${management.address}/${String(management.prefix)} dev mgmt0`, "link set mgmt0 up");
  return `${lines.join("\n")}\n`;
}

/** A line for each device: its sort, its name, the interface it is on. */
function rdmaDevices({ links }: MachineRecord): string {
  return links
    .map(({ rdma }, index) => (rdma === undefined ? "" : `${rdma} ${rdma}${String(index)} eth${String(index)}\n`))
    .join("");
}
