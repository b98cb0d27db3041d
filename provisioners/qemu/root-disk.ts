import { renameSync } from "node:fs";
import { execa } from "execa";
import { ToolError } from "../../core/errors.js";
import type { MachineImage } from "../../images/machine-store.js";
import type { MachineFolder } from "./machine-folder.js";

/** A machine's root disk: a layer of its own on the image, which stays as it is. */
export async function makeRootDisk(
  folder: MachineFolder,
  image: Pick<MachineImage, "root">,
  signal?: AbortSignal,
): Promise<void> {
  const unfinished = folder.at("root.qcow2.unfinished");
  const args = ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", image.root, unfinished];
  const result = await execa("qemu-img", args, { reject: false, stdin: "ignore", all: true });
  signal?.throwIfAborted();
  if (result.exitCode === 0) {
    renameSync(unfinished, folder.at("root.qcow2"));
    return;
  }
  const said = (result.all === "" ? result.shortMessage : result.all) ?? "";
  throw new ToolError({
    code: "machine/no-disk",
    message: `the disk of a machine could not be made in ${folder.path}`,
    command: `qemu-img ${args.join(" ")}`,
    ...(result.exitCode !== undefined && { exit: result.exitCode }),
    stderrTail: said,
    hint: diskHint(said, result.code),
  });
}

function diskHint(said: string, code: string | undefined): string {
  if (code === "ENOENT") return "install qemu-utils, or let `plugfest doctor --fix` do it";
  if (said.includes("No space left")) return "free disk space, or set PLUGFEST_STATE to a folder on another disk";
  return "qemu-img's own words above name the reason";
}
