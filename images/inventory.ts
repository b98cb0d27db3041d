import { mirrorOf, sourcesFor } from "./apt-sources.js";
import { baseTag, hostAptSources } from "./base.js";
import { catalogue } from "./catalogue.js";
import type { EngineImage, ImageEngine } from "./engine.js";
import { imageLabel, ownLabel } from "./labels.js";
import { clientRecipe, nodeRecipe, ownMarks, withRdma } from "./recipe.js";

export interface ImageRow {
  /** The tag, or the id of an image that lost it. */
  readonly reference: string;
  readonly image: EngineImage;
  /** False for what no recipe of this plugfest asks for: an older recipe, or a build that was cut off. */
  readonly current: boolean;
  /** Whether it has a Samba of the user's own: nobody here knows whether a file still names that. */
  readonly own: boolean;
}

/** Every image plugfest made, newest first. */
export async function listImages(engine: ImageEngine): Promise<ImageRow[]> {
  const [current, marks] = [currentTags(), ownMarks()];
  const images = await engine.list(imageLabel);
  const rows = images.map((image) => {
    const [tag] = image.tags;
    const own = tag !== undefined && marks.has(image.labels[ownLabel] ?? "");
    return { reference: tag ?? image.id, image, own, current: own || (tag !== undefined && current.has(tag)) };
  });
  return rows.sort((a, b) => b.image.createdMs - a.image.createdMs);
}

/**
 * Removes what no recipe asks for and returns what went; Sambas of the user's own, which may have been compiled for an hour,
 * only with `own`, and with them what was kept of compiling. The engine keeps an image that a container uses.
 */
export async function pruneImages(engine: ImageEngine, options: { readonly own: boolean }): Promise<string[]> {
  const removed: string[] = [];
  // What was built on comes into view only once what was built on it is gone.
  for (;;) {
    const before = removed.length;
    for (const { reference, current, own } of await listImages(engine)) {
      const goes = !current || (own && options.own);
      if (goes && (await engine.remove(reference)) === "removed") removed.push(reference);
    }
    if (removed.length === before) break;
  }
  for (const { name, labels } of await engine.volumes(imageLabel)) {
    const goes = options.own || !ownMarks().has(labels[ownLabel] ?? "");
    if (goes && (await engine.removeVolume(name)) === "removed") removed.push(name);
  }
  return removed;
}

/** The tags that the recipes of this version of plugfest have on this host. */
export function currentTags(): ReadonlySet<string> {
  const mirror = mirrorOf(hostAptSources());
  const plain = [...catalogue.map(({ samba }) => nodeRecipe(samba)), clientRecipe()];
  const recipes = [...plain, ...plain.map(withRdma)];
  const bases = recipes.map((recipe) => baseTag(recipe.base, sourcesFor(recipe, mirror)));
  return new Set([...recipes.map(({ tag }) => tag), ...bases]);
}
