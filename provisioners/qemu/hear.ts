import type { Clock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { poll } from "../../core/poll.js";
import { complaintIn, consoleText, panicIn } from "./console.js";
import type { MachineFolder } from "./machine-folder.js";
import { type MachineName, processOf } from "./qemu-process.js";

export interface Listening {
  readonly folder: MachineFolder;
  readonly record: MachineName;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** What to do about a machine that cannot be used: how it is made anew. */
  readonly anew: string;
}

/**
 * Waits until a machine's console says this, behind what it had said before; whether it did in its time. One that ends
 * before is a ToolError.
 */
export async function hear(
  listening: Listening,
  words: string,
  { from, withinMs }: { readonly from: number; readonly withinMs: number },
): Promise<boolean> {
  const { folder, record, clock, signal } = listening;
  const heard = async () => {
    // In this order: what it said before it ended counts.
    const isAlive = processOf(folder, record) !== undefined;
    const said = consoleText(folder).slice(from);
    if (said.includes(words)) return true;
    if (!isAlive) throw ended(listening, said);
    return Promise.resolve(undefined);
  };
  return (await poll(heard, { clock, everyMs: 50, withinMs, ...(signal && { signal }) })) === true;
}

function ended({ folder, record: { node, lab }, anew }: Listening, said: string): ToolError {
  const [panic, complaint] = [panicIn(said), complaintIn(said)];
  const context = { stderrTail: lastLines(said), logPath: folder.at("console.log") };
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
export function lastLines(said: string): string {
  const lines = said.split("\n");
  const panic = lines.findIndex((line) => panicIn(line) !== undefined);
  return lines
    .slice(0, panic < 0 ? undefined : panic + 1)
    .slice(-12)
    .join("\n");
}
