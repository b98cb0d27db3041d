import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import type { Clock } from "../../../core/clock.js";
import { ToolError } from "../../../core/errors.js";
import { poll } from "../../../core/poll.js";
import { processesOf, sendSignal } from "../../processes.js";
import type { MachineFolder } from "../machine-folder.js";
import { windowsFiles } from "./hardware.js";

const swtpm = "swtpm";

function stateArgument({ at }: MachineFolder): string {
  return `dir=${at("tpm")}`;
}

/**
 * Starts a machine's TPM, a process beside its QEMU, with whose connection it ends; returns when it can be connected to.
 * `endsWithUs`: the kernel ends it with this process.
 */
export async function startTpm(folder: MachineFolder, clock: Clock, { endsWithUs = false } = {}): Promise<void> {
  stopTpm(folder);
  rmSync(folder.at(windowsFiles.tpmSocket), { force: true });
  mkdirSync(folder.at("tpm"), { recursive: true, mode: 0o700 });
  const log = openSync(folder.at("tpm.err"), "w");
  const args = [
    ...(endsWithUs ? ["--pdeathsig", "KILL", swtpm] : []),
    ...[
      "socket",
      "--tpm2",
      "--tpmstate",
      stateArgument(folder),
      "--terminate",
      "--log",
      "file=tpm.log,level=5,truncate",
    ],
    // By its name in the folder: the whole path may be longer than a socket's may be.
    ...["--ctrl", `type=unixio,path=${windowsFiles.tpmSocket}`],
  ];
  const program = endsWithUs ? "setpriv" : swtpm;
  const child = spawn(program, args, { cwd: folder.path, detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  let ended: { exit: number | undefined; code: string | undefined } | undefined;
  child.once("error", (error: NodeJS.ErrnoException) => (ended = { exit: undefined, code: error.code }));
  child.once("exit", (exit) => (ended = { exit: exit ?? undefined, code: undefined }));
  child.unref();
  const started = () =>
    Promise.resolve(
      ended !== undefined ? "ended" : existsSync(folder.at(windowsFiles.tpmSocket)) ? "listens" : undefined,
    );
  if ((await poll(started, { clock, everyMs: 20, withinMs: 20_000 })) === "listens") return;
  child.kill("SIGKILL");
  throw new ToolError({
    code: "machine/no-tpm",
    message: "the TPM of a machine did not start",
    command: `${program} ${args.join(" ")}`,
    ...(ended?.exit !== undefined && { exit: ended.exit }),
    stderrTail: ["tpm.err", "tpm.log"].map((name) => textOf(folder.at(name)).slice(-1000)).join(""),
    hint:
      // 127: setpriv found no such program.
      ended?.code === "ENOENT" || ended?.exit === 127
        ? "install swtpm, or let `plugfest doctor --fix` do it"
        : "swtpm's own words above name the reason",
  });
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Ends a machine's TPM: one that QEMU never came to goes by itself no more than that. */
export function stopTpm(folder: MachineFolder): void {
  for (const pid of processesOf(swtpm, stateArgument(folder))) sendSignal(pid, "SIGKILL");
}
