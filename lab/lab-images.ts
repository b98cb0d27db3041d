import { forEachLimit } from "../core/limit.js";
import type { BuildSurroundings, BuiltImage } from "../images/build.js";
import { ensureImage } from "../images/build.js";
import { ensureMachineImage } from "../images/machine-build.js";
import { findMachineImage } from "../images/machine-store.js";
import { type MachineRecipe, type MachineVariant, machineRecipe, nodeMachineRecipe } from "../images/machine-recipe.js";
import { ownRecipe, pinned } from "../images/own-recipe.js";
import { clientRecipe, nodeRecipe, withRdma } from "../images/recipe.js";
import type { Recipe } from "../images/recipe.js";
import { findWindowsImage } from "../images/windows-image/windows-store.js";
import { findAccelerator, requireQemu } from "../provisioners/qemu/accelerator.js";
import { mayAdminister } from "../provisioners/qemu/administer.js";
import { lackOfKvm } from "../provisioners/qemu/kvm.js";
import { requireRights } from "../provisioners/qemu/machine-rights.js";
import { withNodeSamba } from "../topologies/node-samba.js";
import type { ClientSpec, KernelSpec, LabSpec } from "../topologies/spec.js";
import { type AddedWindows, addedWindows, refuseLackingWindows } from "./windows-images.js";

/** The images a lab boots from, and what is installed in them. */
export interface LabImages {
  /** Image tag of every node and client, by its name. */
  readonly tags: ReadonlyMap<string, string>;
  /** The engine's id of each of these images, by tag: a digest of all that is in it. */
  readonly ids: ReadonlyMap<string, string>;
  /** Exact package versions as installed: `<machine> <package>` to version. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The images a lab boots from, by their tags, whether they exist or not. */
export async function wantedImages(
  spec: LabSpec,
  stateFolder: string,
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  return new Map((await wanted(spec, stateFolder, signal)).map(({ name, recipe }) => [name, recipe.tag]));
}

/** The images that this disk does not have and that take more to make than packages: who boots them, and what it takes. */
export async function costlyImages(
  spec: LabSpec,
  stateFolder: string,
  signal?: AbortSignal,
): Promise<{ readonly tag: string; readonly names: readonly string[]; readonly once: string }[]> {
  const costly = new Map<string, { tag: string; names: string[]; once: string }>();
  for (const { name, recipe } of await wanted(spec, stateFolder, signal)) {
    if (!("once" in recipe) || recipe.once === null || findMachineImage(stateFolder, recipe.tag) !== undefined)
      continue;
    const { tag, once } = recipe;
    costly.set(tag, { tag, once, names: [...(costly.get(tag)?.names ?? []), name] });
  }
  return [...costly.values()];
}

/**
 * Builds what is missing, two at a time: while one waits for the mirror, the other unpacks (on two cores 66 s instead
 * of 110 s for a node and a client from nothing).
 */
export async function ensureLabImages(spec: LabSpec, surroundings: BuildSurroundings): Promise<LabImages> {
  // Before anything is built for minutes.
  refuseLackingWindows(spec, surroundings.stateFolder);
  const machines = await wanted(spec, surroundings.stateFolder, surroundings.signal);
  const recipes = new Map(machines.map(({ recipe }) => [recipe.tag, recipe]));
  if (machines.some(({ recipe }) => isOfMachine(recipe))) {
    await requireQemu();
    requireRights(spec);
    // In it the engine makes the taps that this process may not make.
    if (!mayAdminister()) recipes.set(clientRecipe().tag, clientRecipe());
  }
  const built = new Map<string, BuiltImage>();
  await forEachLimit([...recipes.values()], 2, async (recipe) => {
    built.set(recipe.tag, await ensure(recipe, surroundings));
  });
  const tags = new Map<string, string>();
  const versions: Record<string, string> = {};
  for (const { name, recipe } of machines) {
    tags.set(name, recipe.tag);
    const installed = Object.entries(built.get(recipe.tag)?.versions ?? {});
    for (const [software, version] of installed) versions[`${name} ${software}`] = version;
  }
  return { tags, versions, ids: new Map([...built].map(([tag, { id }]) => [tag, id])) };
}

/** The lab as it stays all night: its own Sambas are what their branches are now. */
export async function pinnedLab(spec: LabSpec, signal?: AbortSignal): Promise<LabSpec> {
  const nodes = await Promise.all(
    spec.nodes.map(async (node) =>
      node.build === undefined ? node : withNodeSamba(node, node.samba, await pinned(node.build, signal)),
    ),
  );
  return { ...spec, nodes };
}

type Wanted = Recipe | MachineRecipe | AddedWindows;

/** Whether it is a virtual machine that boots it. */
function isOfMachine(recipe: Wanted): boolean {
  return "windows" in recipe || "packages" in recipe;
}

async function wanted(
  spec: LabSpec,
  stateFolder: string,
  signal: AbortSignal | undefined,
): Promise<{ name: string; recipe: Wanted }[]> {
  const { kernel } = spec;
  const own = new Map<string, Recipe>();
  for (const { samba, build } of spec.nodes) {
    if (build !== undefined && !own.has(samba)) own.set(samba, await ownRecipe(build, signal));
  }
  return [
    ...spec.nodes.map(({ name, samba, runtime, rdma: devices }) => {
      const rdma = Object.values(devices).some((device) => device !== null);
      if (runtime === "qemu") return { name, recipe: nodeMachineRecipe(samba, { kernel, rdma }) };
      const plain = own.get(samba) ?? nodeRecipe(samba);
      return { name, recipe: rdma ? withRdma(plain) : plain };
    }),
    ...spec.servers.map(({ name, rdma }) => ({
      name,
      recipe: machineRecipe(rdma === null ? "ksmbd" : "smbdirect", { kernel }),
    })),
    ...spec.clients.flatMap((client) =>
      client.runtime === "ssh" ? [] : [{ name: client.name, recipe: recipeFor(client, kernel, stateFolder) }],
    ),
  ];
}

function recipeFor(client: ClientSpec, kernel: LabSpec["kernel"], stateFolder: string): Wanted {
  if (client.runtime !== "qemu") return client.rdma === null ? clientRecipe() : withRdma(clientRecipe());
  return client.kind === "windows"
    ? addedWindows(client, stateFolder)
    : machineRecipe(variantFor(client, kernel), { kernel });
}

/**
 * RDMA takes its tools; SMB Direct, and with no kernel of the user's soft-iWARP and the witness, take modules as Debian's
 * kernel does not have them.
 */
function variantFor({ mount, rdma, witness }: ClientSpec, kernel: KernelSpec | null): MachineVariant {
  const isWatched = mount !== null && witness;
  if (mount?.rdma === true || (kernel === null && (rdma === "siw" || isWatched))) return "smbdirect";
  return rdma === null ? "plain" : "rdma";
}

async function ensure(recipe: Wanted, surroundings: BuildSurroundings): Promise<BuiltImage> {
  if ("windows" in recipe) {
    const { system = "" } = findWindowsImage(surroundings.stateFolder, recipe.tag) ?? {};
    return { tag: recipe.tag, id: recipe.tag, versions: { windows: system } };
  }
  return "packages" in recipe ? ensureMachine(recipe, surroundings) : ensureImage(recipe, surroundings);
}

/** The image of virtual machines, with a word of how fast they will be. */
async function ensureMachine(recipe: MachineRecipe, surroundings: BuildSurroundings): Promise<BuiltImage> {
  const image = await ensureMachineImage(recipe, surroundings);
  if ((await findAccelerator(image, surroundings.stateFolder)) === "tcg") {
    const text =
      `${lackOfKvm() ?? "KVM does not run machines on this host"}, so they are emulated: a first boot takes some 10 s, ` +
      "and what they compute takes ten times as long";
    surroundings.emit({ type: "note", level: "warning", text });
  }
  return image;
}
