import { execa } from "execa";
import { ToolError } from "../../../core/errors.js";

/** Runs qemu-img, and gives what it says; a ToolError says what it was for. */
export async function qemuImg(args: readonly string[], what: string, signal?: AbortSignal): Promise<string> {
  const options = { reject: false, stdin: "ignore", ...(signal && { cancelSignal: signal }) } as const;
  const result = await execa("qemu-img", args, options);
  signal?.throwIfAborted();
  if (result.exitCode === 0) return result.stdout;
  throw new ToolError({
    code: "machine/no-disk",
    message: `${what}: qemu-img failed`,
    command: `qemu-img ${args.join(" ")}`,
    ...(result.exitCode !== undefined && { exit: result.exitCode }),
    stderrTail: result.stderr === "" ? (result.shortMessage ?? "") : result.stderr,
    hint:
      result.code === "ENOENT"
        ? "install qemu-utils, or let `plugfest doctor --fix` do it"
        : "qemu-img's own words above name the reason; is there room in plugfest's state folder?",
  });
}

/** What a machine's firmware keeps, as it begins: as a qcow2 file, for snapshots take in no other. */
export async function newVariables(from: string, path: string): Promise<void> {
  const args = ["convert", "-f", "raw", "-O", "qcow2", from, path];
  await qemuImg(args, `the variables of a machine's firmware could not be made in ${path}`);
}
