import type { BuildSurroundings } from "../images/build.js";
import { ensureImage } from "../images/build.js";
import { clientRecipe, nodeRecipe } from "../images/recipe.js";
import type { Recipe } from "../images/recipe.js";
import type { LabSpec } from "../topologies/spec.js";

/** The images a lab boots from, and what is installed in them. */
export interface LabImages {
  /** Image tag of every node and client, by its name. */
  readonly tags: ReadonlyMap<string, string>;
  /** Exact package versions as installed: `<machine> <package>` to version. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The images a lab boots from, by their tags, whether they exist or not. */
export function wantedImages(spec: LabSpec): Map<string, string> {
  return new Map(wanted(spec).map(({ name, recipe }) => [name, recipe.tag]));
}

/** Builds what is missing, one image after another: two builds would only wait for the same mirror and disk. */
export async function ensureLabImages(spec: LabSpec, surroundings: BuildSurroundings): Promise<LabImages> {
  const tags = new Map<string, string>();
  const versions: Record<string, string> = {};
  for (const { name, recipe } of wanted(spec)) {
    const image = await ensureImage(recipe, surroundings);
    tags.set(name, image.tag);
    for (const [software, version] of Object.entries(image.versions)) versions[`${name} ${software}`] = version;
  }
  return { tags, versions };
}

function wanted(spec: LabSpec): { name: string; recipe: Recipe }[] {
  return [
    ...spec.nodes.map(({ name, samba }) => ({ name, recipe: nodeRecipe(samba) })),
    ...spec.clients.map(({ name }) => ({ name, recipe: clientRecipe() })),
  ];
}
