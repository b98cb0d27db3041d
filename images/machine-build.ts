import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Clock } from "../core/clock.js";
import { ToolError } from "../core/errors.js";
import type { Emit } from "../core/event-log.js";
import { withLock } from "../core/lock.js";
import { quoted } from "../core/quoted.js";
import { type AptSource, mirrorOf, sourcesFor } from "./apt-sources.js";
import { hostAptSources } from "./base.js";
import { BuildLog } from "./build-log.js";
import { findMachineImage, type MachineImage, machineImageFolder } from "./machine-store.js";
import type { MachineRecipe, OwnKernel } from "./machine-recipe.js";
import { bootstrapDebian } from "./mmdebstrap.js";

export interface MachineBuildSurroundings {
  readonly emit: Emit;
  readonly clock: Clock;
  readonly stateFolder: string;
  readonly signal?: AbortSignal;
}

/** How large a machine sees its disk; it takes only what is written to it. */
const diskSize = "4G";

/** The recipe's image, built if this disk does not have it. Needs root, mmdebstrap and qemu-img. */
export async function ensureMachineImage(
  recipe: MachineRecipe,
  surroundings: MachineBuildSurroundings,
): Promise<MachineImage> {
  const { stateFolder, emit, signal } = surroundings;
  const find = () => findMachineImage(stateFolder, recipe.tag);
  const ready = find();
  if (ready !== undefined) return ready;
  const onWait = () => {
    emit({ type: "image.progress", image: recipe.tag, line: "waiting for another plugfest, which is building" });
  };
  // One that takes long is in nobody's way but of those who want it. What is compiled is shared among images.
  const lock = `machine-images/${stateFolder}/${recipe.once === null ? recipe.tag : "compiled"}`;
  return withLock(lock, { onWait, ...(signal && { signal }) }, async () => {
    return find() ?? (await build(recipe, surroundings));
  });
}

async function build(recipe: MachineRecipe, surroundings: MachineBuildSurroundings): Promise<MachineImage> {
  const { stateFolder, emit, clock, signal } = surroundings;
  const startMs = clock.now();
  const log = new BuildLog(
    recipe.tag,
    join(stateFolder, "images", `${recipe.tag.replace(/[/:]/g, "-")}.log`),
    emit,
    clock,
  );
  emit({
    type: "image.started",
    image: recipe.tag,
    why: `this disk does not have it${recipe.once === null ? "" : `: ${recipe.once}`}`,
    logPath: log.path,
  });
  const folder = machineImageFolder(stateFolder, recipe.tag);
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const { suite, target, kernelSuite } = recipe;
  const [base] = recipe.folders;
  if (recipe.kernel !== null) giveKernel(recipe.kernel, unfinished);
  const finish = [unfinished, diskSize, kernelSuite, ...recipe.folders].map(quoted).join(" ");
  try {
    await bootstrapDebian({
      ...{ suite, sources: sourcesOf(recipe) },
      // Nothing is kept of the root file system but what `finish` makes of it.
      options: [
        "--format=null",
        // Else it cleans up by an apt whose configuration `finish` has removed: that would be this host's own cache.
        "--skip=cleanup",
        `--include=${recipe.packages.join(",")}`,
        ...(target === suite ? [] : [`--aptopt=APT::Default-Release "${target}"`]),
        `--customize-hook=${quoted(join(base, "finish"))} "$1" ${finish}`,
      ],
      ...{ target: "/dev/null", log, ...(signal && { signal }) },
    });
    requireSamba(recipe, unfinished, log);
    rmSync(join(unfinished, "own"), { recursive: true, force: true });
    await convert(unfinished, log, signal);
    writeFileSync(join(unfinished, "id"), `sha256:${await digestOf(join(unfinished, "root.qcow2"))}\n`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  emit({ type: "image.ready", image: recipe.tag, built: true, seconds: (clock.now() - startMs) / 1000 });
  const image = findMachineImage(stateFolder, recipe.tag);
  if (image === undefined) throw new Error(`${folder} was built and is not whole`);
  return image;
}

/** Where `finish` looks for a kernel that is not the suite's: OUT/own/vmlinuz and OUT/own/modules/<release>. */
function giveKernel({ release, image, modules }: OwnKernel, folder: string): void {
  mkdirSync(join(folder, "own", "modules"), { recursive: true });
  symlinkSync(image, join(folder, "own", "vmlinuz"));
  symlinkSync(modules, join(folder, "own", "modules", release));
}

/** A suite that moves on has another Samba one day. */
function requireSamba({ samba, target }: MachineRecipe, folder: string, log: BuildLog): void {
  if (samba === null) return;
  const found = /^samba (?:\d+:)?(.*)$/m.exec(readFileSync(join(folder, "versions"), "utf8"))?.[1] ?? "none";
  if (found.startsWith(samba) && /^[.+~]/.test(found.slice(samba.length))) return;
  throw new ToolError({
    code: "image/build",
    message: `${target} has Samba ${found}, and the image was to have ${samba}`,
    logPath: log.path,
    hint: "use another version, or a mirror or snapshot that has it",
  });
}

/** The kernel's suite is an older one: for all else the newer wins. */
function sourcesOf({ suite, target, kernelSuite }: MachineRecipe): AptSource[] {
  const mirror = mirrorOf(hostAptSources());
  const own = sourcesFor({ base: suite, target }, mirror);
  return kernelSuite === suite ? own : [...own, ...sourcesFor({ base: kernelSuite, target: kernelSuite }, mirror)];
}

/** From the raw file system to what layers can be put on. */
async function convert(folder: string, log: BuildLog, signal?: AbortSignal): Promise<void> {
  const raw = join(folder, "root.raw");
  const args = ["convert", "-f", "raw", "-O", "qcow2", raw, join(folder, "root.qcow2")];
  log.line(`qemu-img ${args.join(" ")}`);
  const result = await execa("qemu-img", args, {
    ...{ all: true, reject: false, stdin: "ignore" },
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (result.exitCode === 0) {
    rmSync(raw);
    return;
  }
  throw new ToolError({
    code: "image/build",
    message: "the machine's disk could not be made",
    command: "qemu-img convert",
    ...(result.exitCode !== undefined && { exit: result.exitCode }),
    stderrTail: (result.all === "" ? result.shortMessage : result.all) ?? "",
    logPath: log.path,
    hint:
      result.code === "ENOENT"
        ? "install qemu-utils, or let `plugfest doctor --fix` do it"
        : "free disk space in plugfest's state folder",
  });
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
