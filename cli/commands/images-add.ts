import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { UserError } from "../../core/errors.js";
import { EventLog } from "../../core/event-log.js";
import { imageName, imageNameRule } from "../../core/image-name.js";
import { stateFolder } from "../../core/paths.js";
import { parseDuration, parseSize, type Parsed } from "../../core/size.js";
import type { WindowsImage } from "../../images/windows-image/windows-store.js";
import { addFromDisk, addFromMedium } from "../../provisioners/qemu/windows/add-image.js";
import type { AddSurroundings } from "../../provisioners/qemu/windows/keep-image.js";
import type { CliContext } from "../context.js";
import { flagError } from "../flag-error.js";
import { attachView } from "../view.js";

/** Flags of `images add windows`. */
export interface AddFlags {
  readonly name?: string;
  readonly iso?: string;
  readonly virtioIso?: string;
  readonly edition?: string;
  readonly productKey?: string;
  readonly language?: string;
  readonly openssh?: string;
  readonly tpm?: boolean;
  readonly qcow2?: string;
  readonly user?: string;
  readonly key?: string;
  readonly virtio?: boolean;
  readonly memory?: string;
  readonly within?: string;
  readonly json?: boolean;
}

const ofMedium = ["virtioIso", "edition", "productKey", "language", "openssh", "tpm"] as const;
const ofDisk = ["user", "key", "virtio"] as const;

/** Makes an image of what only the user has: a Windows, of its medium or of a disk that has one. */
export async function addImage(context: CliContext, names: readonly string[], flags: AddFlags): Promise<void> {
  if (names.length !== 1 || names[0] !== "windows") {
    const message = `images add: expected "windows", got ${names.length === 0 ? "nothing" : names.join(" ")}`;
    const hint = "plugfest images add windows --iso Win11.iso; all other images plugfest makes by itself";
    throw new UserError([{ code: "cli/unknown-image", severity: "error", message, hint }]);
  }
  const name = flags.name === undefined ? null : checkedName(flags.name);
  const make = chosen(context, flags);
  const { clock, signal, env } = context;
  const log = new EventLog(clock);
  const view = await attachView(log, context, { json: flags.json === true });
  try {
    const image = await make({ emit: log.emit, clock, signal, stateFolder: stateFolder(env), name });
    if (flags.json !== true) context.out.write(`${image.tag}: ${useOfWindows(image)}\n`);
  } finally {
    await view.close();
    log.close();
  }
}

function chosen(context: CliContext, flags: AddFlags): (surroundings: AddSurroundings) => Promise<WindowsImage> {
  const at = (path: string) => resolve(context.cwd, path.startsWith("~/") ? `${homedir()}/${path.slice(2)}` : path);
  const { iso, qcow2, virtioIso, openssh, memory = "4GiB", within } = flags;
  const common = {
    memoryMiB: Math.floor(parsed("--memory", memory, parseSize) / 2 ** 20),
    withinMs: within === undefined ? undefined : parsed("--within", within, parseDuration),
  };
  if (iso !== undefined && qcow2 === undefined) {
    refuseOf("--iso", flags, ofDisk);
    const medium = {
      ...common,
      ...{ iso: at(iso), edition: flags.edition, productKey: flags.productKey, language: flags.language ?? "en-US" },
      drivers: virtioIso === undefined ? undefined : at(virtioIso),
      ...{ openssh: openssh === undefined ? undefined : at(openssh), tpm: flags.tpm === true },
    };
    return (surroundings) => addFromMedium(medium, surroundings);
  }
  if (qcow2 !== undefined && iso === undefined) {
    refuseOf("--qcow2", flags, ofMedium);
    const { user, key } = flags;
    if (user === undefined) throw refused("--user", "who its administrator is, who has OpenSSH let him in");
    if (key === undefined) throw refused("--key", "the file of the private key that lets its administrator in");
    const disk = { ...common, disk: at(qcow2), user, privateKey: keyIn(at(key)) };
    return (surroundings) =>
      addFromDisk({ ...disk, devices: flags.virtio === true ? "virtio" : "inbox" }, surroundings);
  }
  const hint = "--iso Win11.iso installs one; --qcow2 disk.qcow2 --user … --key … takes one that is installed already";
  throw new UserError([flagError("--iso", { message: "expected either --iso or --qcow2", hint })]);
}

function checkedName(name: string): string {
  if (imageName.test(name)) return name;
  throw new UserError([flagError("--name", { message: `${imageNameRule}; got "${name}"` })]);
}

/** Who starts from the Windows that was added last. */
function useOfWindows({ name }: WindowsImage): string {
  const all = "clients of kind windows start from it";
  return name === null ? all : `${all}, where they name no other; image: ${name} names it, whatever is added later`;
}

/** A flag that belongs to the other way is a mistake, and not to be passed over. */
function refuseOf(way: string, flags: AddFlags, others: readonly (keyof AddFlags)[]): void {
  const wrong = others.filter((name) => flags[name] !== undefined);
  if (wrong.length === 0) return;
  const message = `it says nothing beside ${way}`;
  throw new UserError(wrong.map((name) => flagError(flagOf(name), { message, hint: "leave it out" })));
}

/** As it is written, by the name that it has in a program. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function keyIn(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw refused("--key", `${path} cannot be read: ${(error as Error).message}`);
  }
}

function parsed(flag: string, text: string, parse: (text: string) => Parsed): number {
  const result = parse(text);
  if (result.ok) return result.value;
  throw new UserError([flagError(flag, result)]);
}

function refused(flag: string, message: string): UserError {
  return new UserError([flagError(flag, { message })]);
}
