import { rmSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "../../core/lock.js";
import { listMachineImages, removeMachineImage } from "../../images/machine-store.js";
import {
  listWindowsImages,
  removeUnfinishedWindows,
  removeWindowsImage,
  windowsLock,
} from "../../images/windows-image/windows-store.js";
import { allFolders, readRecord } from "./machine-folder.js";
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
 * Removes images of Windows that no machine has: those before the one that was added last, and with `all` that one, too. Nobody
 * but the user can make it again. Returns which.
 */
export async function pruneWindowsImages(stateFolder: string, { all }: { readonly all: boolean }): Promise<string[]> {
  const images = listWindowsImages(stateFolder).map(({ tag }) => tag);
  const used = usedImages(stateFolder, all ? [] : images.slice(0, 1));
  const removed = images.filter((tag) => !used.has(tag));
  for (const tag of removed) removeWindowsImage(stateFolder, tag);
  await removeUnfinished(stateFolder);
  return removed;
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
  for (const folder of allFolders(stateFolder)) {
    const record = readRecord(folder);
    if (record !== undefined) used.add(record.image);
  }
  return used;
}
