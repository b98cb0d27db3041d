import { rmSync } from "node:fs";
import { join } from "node:path";
import { ToolError } from "../../core/errors.js";
import { withLock } from "../../core/lock.js";
import { suggestHint } from "../../core/suggest.js";
import { listMachineImages, removeMachineImage } from "../../images/machine-store.js";
import {
  listWindowsImages,
  removeUnfinishedWindows,
  removeWindowsImage,
  windowsCalled,
  windowsImageCalled,
  windowsLock,
} from "../../images/windows-image/windows-store.js";
import { allFolders, type MachineRecord, readRecord } from "./machine-folder.js";
import { pruneStates } from "./saved-state.js";

/** Removes machine images that nothing boots any more, with the states that were saved of them; returns which. */
export function pruneMachineImages(stateFolder: string, current: readonly string[]): string[] {
  const used = usedImages(stateFolder, current);
  const removed = listMachineImages(stateFolder)
    .map(({ reference }) => reference)
    .filter((reference) => !used.has(reference));
  for (const reference of removed) removeMachineImage(stateFolder, reference);
  // Compiled anew where an image needs them that is not there.
  rmSync(join(stateFolder, "kernel-modules"), { recursive: true, force: true });
  pruneStates(stateFolder, used);
  return removed;
}

/**
 * Removes images of Windows that no machine has and nobody can ask for: those without a name before the one that was added last.
 * With `all` those, too, though nobody but the user can make them again. Returns which.
 */
export async function pruneWindowsImages(stateFolder: string, { all }: { readonly all: boolean }): Promise<string[]> {
  const images = listWindowsImages(stateFolder);
  const wanted = images.filter(({ name }, index) => !all && (index === 0 || name !== null));
  const used = usedImages(stateFolder, tagsOf(wanted));
  const removed = tagsOf(images).filter((tag) => !used.has(tag));
  for (const tag of removed) removeWindowsImage(stateFolder, tag);
  await removeUnfinished(stateFolder);
  return removed;
}

/** Removes one image of Windows, by its name or tag, or refuses; returns its tag. */
export function removeAddedWindows(stateFolder: string, word: string): string {
  const image = windowsImageCalled(stateFolder, word);
  if (image === undefined) {
    const there = listWindowsImages(stateFolder).map(windowsCalled);
    const hint = there.length === 0 ? "no Windows was added on this host" : suggestHint(word, there);
    throw new ToolError({
      ...{ code: "image/no-such-windows", message: `there is no image of Windows called "${word}"` },
      hint: `${hint ?? "plugfest images ls lists them"}; all other images go by \`plugfest images prune\``,
    });
  }
  const record = recordsOf(stateFolder).find((one) => one.image === image.tag);
  if (record !== undefined) {
    throw new ToolError({
      ...{ code: "image/in-use", message: `${word} is in use: ${record.node} of lab ${record.lab} starts from it` },
      hint: `plugfest down ${record.lab}`,
    });
  }
  removeWindowsImage(stateFolder, image.tag);
  return image.tag;
}

/** What a killed command left, unless a living one is making it. */
async function removeUnfinished(stateFolder: string): Promise<void> {
  const busy = new AbortController();
  const onWait = () => {
    busy.abort();
  };
  try {
    await withLock(windowsLock(stateFolder), { signal: busy.signal, onWait }, () => {
      removeUnfinishedWindows(stateFolder);
      return Promise.resolve();
    });
  } catch (error) {
    if (!busy.signal.aborted) throw error;
  }
}

function usedImages(stateFolder: string, current: readonly string[]): ReadonlySet<string> {
  const used = new Set(current);
  for (const { image } of recordsOf(stateFolder)) used.add(image);
  return used;
}

function recordsOf(stateFolder: string): MachineRecord[] {
  return allFolders(stateFolder).flatMap((folder) => readRecord(folder) ?? []);
}

const tagsOf = (images: readonly { readonly tag: string }[]) => images.map(({ tag }) => tag);
