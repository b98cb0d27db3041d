import { existsSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { withLock } from "../../core/lock.js";
import { poll } from "../../core/poll.js";
import type { MachineImage } from "../../images/machine-store.js";
import { type Accelerator, commandLine } from "./command-line.js";
import { complaintIn, consoleText, panicIn } from "./console.js";
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
        await hear(options, "waiting for the seed", from);
        await saveState(folder, record, path, options);
        await plantSeed();
      });
    }
    if (processOf(folder, record) === undefined) {
      await plantSeed();
      await start(options, path);
    }
  }
  await hear(options, "Server listening on", from);
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
async function hear(options: BootOptions, words: string, from: number): Promise<void> {
  const { folder, record, clock, signal } = options;
  const heard = async () => {
    // In this order: what it said before it ended counts.
    const isAlive = processOf(folder, record) !== undefined;
    const said = consoleText(folder).slice(from);
    if (said.includes(words)) return true;
    if (!isAlive) throw ended(options, said);
    return Promise.resolve(undefined);
  };
  if (await poll(heard, { clock, everyMs: 50, withinMs: bootWithinMs, ...(signal && { signal }) })) return;
  await killQemu(folder, record, clock);
  const said = consoleText(folder).slice(from);
  throw new ToolError({
    code: "machine/no-ssh",
    message: `${record.node} of ${record.lab} did not come up within ${String(bootWithinMs / 1000)} s: its console did not say "${words}"`,
    stderrTail: tail(said),
    logPath: folder.at("console.log"),
    hint:
      said.trim() === ""
        ? "its console said nothing at all: a `kernel` of your own needs CONFIG_SERIAL_8250_CONSOLE"
        : "without KVM machines are emulated, and slow on a host that is busy: stop other labs, and look at its console",
  });
}

function ended({ folder, record: { node, lab }, image }: BootOptions, said: string): ToolError {
  const [panic, complaint] = [panicIn(said), complaintIn(said)];
  // Its own disk is as the image is until it has come up once.
  const isOwn = existsSync(folder.at("seeded"));
  const anew = isOwn
    ? `\`plugfest down ${lab}\` and \`up\` give it a new disk`
    : `its image is not whole: remove ${dirname(image.root)}, and the next \`up\` builds it anew`;
  const context = { stderrTail: tail(said), logPath: folder.at("console.log") };
  if (panic !== undefined) {
    const message = `the kernel of ${node} of ${lab} panicked while it booted: ${panic}`;
    const hint = `${anew}; a newer QEMU (10 or later) may do, and a \`kernel\` of your own is yours to mend`;
    return new ToolError({ code: "machine/panic", message, ...context, hint });
  }
  if (complaint !== undefined) {
    const message = `${node} of ${lab} cannot be used: ${complaint}`;
    return new ToolError({ code: "machine/unfit", message, ...context, hint: anew });
  }
  const message = `the QEMU of ${node} of ${lab} ended while it booted`;
  const hint = "the host's kernel log (dmesg) tells if it was killed for its memory";
  return new ToolError({ code: "machine/ended", message, ...context, hint });
}

/** The last lines, up to a panic: behind it are registers. */
function tail(said: string): string {
  const lines = said.split("\n");
  const panic = lines.findIndex((line) => panicIn(line) !== undefined);
  return lines
    .slice(0, panic < 0 ? undefined : panic + 1)
    .slice(-12)
    .join("\n");
}
