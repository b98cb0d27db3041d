import type { EngineImage } from "./engine.js";

/** `node`, `client` or `base`: every image plugfest made carries it. */
export const imageLabel = "plugfest.image";

/** On images with a Samba of the user's own; the value is the recipe's `own`. */
export const ownLabel = "plugfest.own";

/** Followed by a package's name; the value is its exact version, found when the image was built. */
const versionPrefix = "plugfest.version.";

/** Labels that say which versions are in an image. */
export function versionLabels(versions: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(versions).map(([name, version]) => [versionPrefix + name, version]));
}

/** The exact versions of the packages in an image, by package name. */
export function versionsOf(image: EngineImage): Record<string, string> {
  const entries = Object.entries(image.labels).filter(([label]) => label.startsWith(versionPrefix));
  return Object.fromEntries(entries.map(([label, version]) => [label.slice(versionPrefix.length), version]));
}
