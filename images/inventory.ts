import { mirrorOf, sourcesFor } from "./apt-sources.js";
import { baseTag, hostAptSources } from "./base.js";
import { catalogue } from "./catalogue.js";
import type { EngineImage, ImageEngine } from "./engine.js";
import { imageLabel } from "./labels.js";
import { clientRecipe, nodeRecipe } from "./recipe.js";

export interface ImageRow {
  /** The tag, or the id of an image that lost it. */
  readonly reference: string;
  readonly image: EngineImage;
  /** False for what no recipe of this plugfest asks for: an older recipe, or a build that was cut off. */
  readonly current: boolean;
}

/** Every image plugfest made, newest first. */
export async function listImages(engine: ImageEngine): Promise<ImageRow[]> {
  const current = currentTags();
  const images = await engine.list(imageLabel);
  const rows = images.map((image) => {
    const [tag] = image.tags;
    return { reference: tag ?? image.id, image, current: tag !== undefined && current.has(tag) };
  });
  return rows.sort((a, b) => b.image.createdMs - a.image.createdMs);
}

/** Removes what no recipe asks for and returns what went. The engine keeps an image that a container uses. */
export async function pruneImages(engine: ImageEngine): Promise<string[]> {
  const removed: string[] = [];
  // What was built on comes into view only once what was built on it is gone.
  for (;;) {
    const before = removed.length;
    for (const { reference, current } of await listImages(engine)) {
      if (!current && (await engine.remove(reference)) === "removed") removed.push(reference);
    }
    if (removed.length === before) return removed;
  }
}

/** The tags that the recipes of this version of plugfest have on this host. */
export function currentTags(): ReadonlySet<string> {
  const mirror = mirrorOf(hostAptSources());
  const recipes = [...catalogue.map(({ samba }) => nodeRecipe(samba)), clientRecipe()];
  const bases = recipes.map((recipe) => baseTag(recipe.base, sourcesFor(recipe, mirror)));
  return new Set([...recipes.map(({ tag }) => tag), ...bases]);
}
