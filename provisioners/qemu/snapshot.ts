import { ToolError } from "../../core/errors.js";
import type { MachineFolder, MachineRecord } from "./machine-folder.js";
import { powerOf } from "./qemu-process.js";
import { qmp } from "./qmp.js";

export interface SnapshotOf {
  readonly folder: MachineFolder;
  readonly record: MachineRecord;
  readonly name: string;
}

/** Keeps what a machine's memory, devices and disk hold, within its own layer on the image. One of that name is replaced. */
export async function takeSnapshot(of: SnapshotOf): Promise<void> {
  await monitor(of, "savevm", "could not be taken", "free disk space in plugfest's state folder");
}

/** Takes a machine back to what it was. What it shares with others is not what it believes. */
export async function restoreSnapshot(of: SnapshotOf): Promise<void> {
  await monitor(
    of,
    "loadvm",
    "could not be restored",
    "`plugfest snapshot` takes one, and a machine made anew has none",
  );
}

/** QEMU's own commands for it are those of its monitor for people: they say nothing when all went well. */
async function monitor(
  { folder, record, name }: SnapshotOf,
  command: string,
  what: string,
  hint: string,
): Promise<void> {
  const { node, lab, disks, folders } = record;
  const refuse = (why: string, how: string) => {
    const message = `the snapshot ${name} of ${node} of ${lab} ${what}: ${why}`;
    return new ToolError({ code: "machine/no-snapshot", message, hint: how });
  };
  if (disks.length + folders.length > 0) {
    throw refuse("others write to its storage, which would not go back with it", "take snapshots of clients");
  }
  if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(name)) {
    throw refuse("that is no name for one", "lower-case letters, digits and inner hyphens");
  }
  const power = await powerOf(folder, record);
  if (power === "off") throw refuse("it is off", "`plugfest ls` shows what runs");
  const argument = { "command-line": `${command} ${name}` };
  const [said] = await qmp(folder, node, { execute: "human-monitor-command", arguments: argument });
  if (String(said).trim() === "") return;
  // It stops a machine before it looks for the snapshot.
  if (power === "on") await qmp(folder, node, { execute: "cont" });
  throw refuse(String(said).trim(), hint);
}
