import { rmSync } from "node:fs";
import { join } from "node:path";
import { listMachineImages, removeMachineImage } from "../../images/machine-store.js";
import { allFolders, readRecord } from "./machine-folder.js";
import { pruneStates } from "./saved-state.js";

/** Removes machine images that nothing boots any more, with the states that were saved of them; returns which. */
export function pruneMachineImages(stateFolder: string, current: readonly string[]): string[] {
  const used = new Set(current);
  for (const folder of allFolders(stateFolder)) {
    const record = readRecord(folder);
    if (record !== undefined) used.add(record.image);
  }
  const removed = listMachineImages(stateFolder)
    .map(({ reference }) => reference)
    .filter((reference) => !used.has(reference));
  for (const reference of removed) removeMachineImage(stateFolder, reference);
  // Compiled anew where an image needs them that is not there.
  rmSync(join(stateFolder, "kernel-modules"), { recursive: true, force: true });
  pruneStates(stateFolder, used);
  return removed;
}
