import { existsSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { withLock } from "../../core/lock.js";
import type { MachineImage } from "../../images/machine-store.js";
import { type Accelerator, commandLine } from "./command-line.js";
import { consoleText } from "./console.js";
import { hear, lastLines } from "./hear.js";
import type { MachineFolder, MachineRecord } from "./machine-folder.js";
import { goOn, killQemu, processOf, startQemu } from "./qemu-process.js";
import { saveState, savedStatePath } from "./saved-state.js";
import { writeEmptySeed } from "./seed.js";

export interface BootOptions {
  readonly folder: MachineFolder;
  readonly record: MachineRecord;
  readonly image: MachineImage;
  readonly accelerator: Accelerator;
  readonly qemuVersion: string;
  readonly stateFolder: string;
  /** Writes the machine's seed. */
  readonly plantSeed: () => Promise<void>;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** Emulated, on a machine that is busy with other things. */
const bootWithinMs = 180_000;

/**
 * Starts a machine and waits until its ssh server listens. The first start of a machine goes on from the saved state of
 * another one of its sort, at the moment before it reads its seed; where there is none yet, this one's is saved. A
 * machine that had its seed boots from its disk.
 */
export async function boot(options: BootOptions): Promise<void> {
  const { folder, record, stateFolder, plantSeed } = options;
  const from = consoleText(folder).length;
  if (existsSync(folder.at("seeded"))) {
    await start(options, undefined);
  } else {
    const path = savedStatePath(stateFolder, options);
    // A start that was cut off has left what the guest may have written to already.
    const isSaved = () => existsSync(path);
    if (!isSaved()) {
      await withLock(path, options.signal ? { signal: options.signal } : {}, async () => {
        if (isSaved()) return;
        writeEmptySeed(folder);
        await start(options, undefined);
        await awaitWords(options, "waiting for the seed", from);
        await saveState(folder, record, path, options);
        await plantSeed();
      });
    }
    if (processOf(folder, record) === undefined) {
      await plantSeed();
      await start(options, path);
    }
  }
  await awaitWords(options, "Server listening on", from);
  writeFileSync(folder.at("seeded"), "");
}

async function start(
  { folder, record, image, accelerator, clock }: BootOptions,
  restore: string | undefined,
): Promise<void> {
  rmSync(folder.at("qmp.sock"), { force: true });
  await startQemu(folder, record, commandLine({ record, image, accelerator, restore }), clock);
  if (restore !== undefined) await goOn(folder, record, clock);
}

/** Waits until the machine's console says this, behind what it had said before. */
async function awaitWords(options: BootOptions, words: string, from: number): Promise<void> {
  const { folder, record, clock, image } = options;
  // Its own disk is as the image is until it has come up once.
  const anew = existsSync(folder.at("seeded"))
    ? `\`plugfest down ${record.lab}\` and \`up\` give it a new disk`
    : `its image is not whole: remove ${dirname(image.root)}, and the next \`up\` builds it anew`;
  if (await hear({ ...options, anew }, words, { from, withinMs: bootWithinMs })) return;
  await killQemu(folder, record, clock);
  const said = consoleText(folder).slice(from);
  throw new ToolError({
    code: "machine/no-ssh",
    message: `${record.node} of ${record.lab} did not come up within ${String(bootWithinMs / 1000)} s: its console did not say "${words}"`,
    stderrTail: lastLines(said),
    logPath: folder.at("console.log"),
    hint:
      said.trim() === ""
        ? "its console said nothing at all: a `kernel` of your own needs CONFIG_SERIAL_8250_CONSOLE"
        : "without KVM machines are emulated, and slow on a host that is busy: stop other labs, and look at its console",
  });
}
