import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Clock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { specHash } from "../../core/hash.js";
import { poll } from "../../core/poll.js";
import { quoted } from "../../core/quoted.js";
import { type Accelerator, hardware } from "./command-line.js";
import type { MachineFolder, MachineRecord } from "./machine-folder.js";
import { qmp } from "./qmp.js";

/** Raise it when what is saved changes in a way that its name does not tell. */
const stateFormat = 5;

export interface StateKey {
  readonly record: MachineRecord;
  readonly accelerator: Accelerator;
  readonly qemuVersion: string;
}

/** The file with the state of a machine that waits for its seed; machines of the same hardware and image share it. */
export function savedStatePath(stateFolder: string, { record, accelerator, qemuVersion }: StateKey): string {
  const { image, memoryMiB, links, disks, folders } = record;
  const shared = [disks, folders].map((list) => list.map(({ name }) => name));
  const key = specHash([stateFormat, image, qemuVersion, hardware(memoryMiB, accelerator), links.length, ...shared]);
  return join(stateFolder, "machine-states", `${image.replace(/[/:]/g, "-")}.${key}`);
}

/** QEMU spares the network, which is not in the way here. */
const unlimited = { execute: "migrate-set-parameters", arguments: { "max-bandwidth": 2 ** 40 } };

const migration = z.looseObject({ status: z.string().optional(), "error-desc": z.string().optional() });

/** Saves the state of a machine that waits for its seed, and lets it go on. */
export async function saveState(
  folder: MachineFolder,
  { node }: MachineRecord,
  path: string,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<void> {
  mkdirSync(join(path, ".."), { recursive: true });
  // In the machine's folder, with which it goes when this is cut off.
  const unfinished = folder.at("state.unfinished");
  try {
    await qmp(folder, node, { execute: "stop" }, unlimited, {
      execute: "migrate",
      arguments: { uri: `exec:cat >${quoted(unfinished)}` },
    });
    const ended = await poll(
      async () => {
        const [answer] = await qmp(folder, node, { execute: "query-migrate" });
        const { status, "error-desc": reason } = migration.parse(answer);
        return status === "completed" || status === "failed" ? { status, reason } : undefined;
      },
      { clock, everyMs: 100, withinMs: 60_000, ...(signal && { signal }) },
    );
    if (ended?.status !== "completed") {
      throw new ToolError({
        code: "machine/not-saved",
        message: `the state of ${node} could not be saved: ${ended?.reason ?? ended?.status ?? "QEMU does not finish"}`,
        hint: "free disk space in plugfest's state folder",
      });
    }
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
  await qmp(folder, node, { execute: "cont" });
}

/** Removes saved states of images that are not among these. */
export function pruneStates(stateFolder: string, images: ReadonlySet<string>): void {
  const folder = join(stateFolder, "machine-states");
  const kept = [...images].map((tag) => `${tag.replace(/[/:]/g, "-")}.`);
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (!kept.some((prefix) => name.startsWith(prefix))) rmSync(join(folder, name), { force: true });
  }
}
