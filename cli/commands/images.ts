import { EventLog } from "../../core/event-log.js";
import { UserError } from "../../core/errors.js";
import { stateFolder } from "../../core/paths.js";
import { suggestHint } from "../../core/suggest.js";
import { listImages, pruneImages } from "../../images/inventory.js";
import { machineTags } from "../../images/machine-recipe.js";
import { listMachineImages } from "../../images/machine-store.js";
import { versionsOf } from "../../images/labels.js";
import { ensureLabImages } from "../../lab/lab-images.js";
import { listWindowsImages } from "../../images/windows-image/windows-store.js";
import { pruneMachineImages, pruneWindowsImages, removeAddedWindows } from "../../provisioners/qemu/prune-images.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { flagError } from "../flag-error.js";
import { loadLab } from "../load-lab.js";
import { openEngine } from "../open.js";
import { table } from "../table.js";
import { attachView } from "../view.js";
import { type AddFlags, addImage, flagOf } from "./images-add.js";

export interface ImagesFlags extends AddFlags {
  readonly json?: boolean;
  /** Also what nobody but the user can make again. */
  readonly own?: boolean;
}

type Action = (context: CliContext, topologies: readonly string[], options: ImagesFlags) => Promise<void>;

const actions: Readonly<Record<string, Action>> = { ls, build, add, remove, prune };

/** The images that nodes and clients boot from. */
export async function images(
  context: CliContext,
  action: string,
  topologies: readonly string[],
  options: ImagesFlags,
): Promise<number> {
  const act = actions[action];
  if (act === undefined) {
    const hint = suggestHint(action, Object.keys(actions)) ?? "ls, build, add, remove or prune";
    throw new UserError([{ code: "cli/unknown-action", severity: "error", message: `no action "${action}"`, hint }]);
  }
  refuseFlagsOfAdd(action, options);
  await act(context, topologies, options);
  return exitCode.pass;
}

function refuseFlagsOfAdd(action: string, flags: ImagesFlags): void {
  const [name] = action === "add" ? [] : Object.keys(flags).filter((key) => key !== "own" && key !== "json");
  if (name === undefined) return;
  throw new UserError([flagError(flagOf(name), { message: "it belongs to images add", hint: "leave it out" })]);
}

async function ls(context: CliContext, _topologies: readonly string[], options: ImagesFlags) {
  const { engine, stateFolder } = await openEngine(context);
  const rows = await listImages(engine.images);
  const versions = rows.map(({ image }) => versionsOf(image));
  if (options.json) {
    const shown = rows.map(({ reference, image, current, own }, index) => ({
      ...{ reference, current, own, bytes: image.bytes, versions: versions[index] },
    }));
    const machines = listMachineImages(stateFolder).map((image) => ({
      ...{ ...image, current: machineTags().includes(image.reference) },
    }));
    const windows = listWindowsImages(stateFolder).map(({ tag, name, bytes, system, from }, index) => ({
      ...{ reference: tag, name, current: index === 0 || name !== null, own: true, bytes },
      ...{ versions: { windows: system }, from },
    }));
    context.out.write(`${JSON.stringify([...shown, ...machines, ...windows])}\n`);
    return;
  }
  const cells = rows.map(({ reference, image, current, own }, index) => {
    const samba = versions[index]?.["samba"] ?? versions[index]?.["python3-samba"] ?? "-";
    return [reference, `${(image.bytes / 1e6).toFixed(0)} MB`, samba, useOf(current, own)];
  });
  const machines = listMachineImages(stateFolder).map(({ reference, bytes, versions }) => [
    reference,
    `${(bytes / 1e6).toFixed(0)} MB`,
    versions["python3-samba"] ?? "-",
    useOf(machineTags().includes(reference), false),
  ]);
  const windows = listWindowsImages(stateFolder).map(({ tag, name, bytes, system, from }, index) => [
    ...[tag, `${(bytes / 1e6).toFixed(0)} MB`, "-"],
    `${useOfWindows(name, index === 0)} (${system === "" ? from : system})`,
  ]);
  const all = [...cells, ...machines, ...windows];
  const text = all.length === 0 ? "no images; `plugfest images build redmond` makes some" : undefined;
  context.out.write(`${text ?? table(["image", "size", "Samba", "in use by recipes"], all)}\n`);
}

function useOf(current: boolean, own: boolean): string {
  if (own) return "a Samba of your own: plugfest images prune --own";
  return current ? "yes" : "no: plugfest images prune";
}

/** Who starts from it: clients that name it, and from the one that was added last those that name none. */
function useOfWindows(name: string | null, isLast: boolean): string {
  if (name !== null) return isLast ? `yes, as ${name} and without a name` : `yes, as ${name}`;
  return isLast ? "yes" : "no: plugfest images prune";
}

async function build(context: CliContext, topologies: readonly string[], options: ImagesFlags) {
  const specs = (topologies.length === 0 ? ["redmond"] : topologies).map((name) => loadLab(name, context.cwd, context));
  const { engine, stateFolder } = await openEngine(context);
  const { clock, signal, env } = context;
  const log = new EventLog(clock);
  const view = await attachView(log, context, { json: options.json === true });
  const surroundings = {
    engine: engine.images,
    engineName: engine.title,
    emit: log.emit,
    clock,
    stateFolder,
    env,
    signal,
  };
  try {
    for (const spec of specs) {
      const { tags } = await ensureLabImages(spec, surroundings);
      if (options.json) continue;
      for (const tag of new Set(tags.values())) context.out.write(`${tag}\n`);
    }
  } finally {
    await view.close();
    log.close();
  }
}

async function prune(context: CliContext, _topologies: readonly string[], options: ImagesFlags) {
  const { engine, stateFolder } = await openEngine(context);
  const removed = [
    ...(await pruneImages(engine.images, { own: options.own === true })),
    ...pruneMachineImages(stateFolder, machineTags()),
    ...(await pruneWindowsImages(stateFolder, { all: options.own === true })),
  ];
  if (options.json) context.out.write(`${JSON.stringify({ removed })}\n`);
  else context.out.write(removed.length === 0 ? "nothing to remove\n" : `${removed.join("\n")}\n`);
}

/** Takes away a Windows that was added, by its name. */
function remove(context: CliContext, names: readonly string[], options: ImagesFlags) {
  const [name, ...more] = names;
  if (name === undefined || more.length > 0) {
    const message = `images remove: expected one image of Windows, got ${names.length === 0 ? "none" : names.join(" ")}`;
    const hint = "plugfest images ls lists them; all other images go by `plugfest images prune`";
    throw new UserError([{ code: "cli/unknown-image", severity: "error", message, hint }]);
  }
  const removed = removeAddedWindows(stateFolder(context.env), name);
  context.out.write(options.json ? `${JSON.stringify({ removed: [removed] })}\n` : `${removed}\n`);
  return Promise.resolve();
}

async function add(context: CliContext, names: readonly string[], options: ImagesFlags) {
  await addImage(context, names, options);
}
