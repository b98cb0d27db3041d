import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ToolError } from "../../../core/errors.js";
import type { MachineFolder } from "../machine-folder.js";
import { qmp } from "../qmp.js";

/** Where a picture of a screen is kept: the machine and its folder are gone soon. */
export function screenPath(stateFolder: string, name: string): string {
  return join(stateFolder, "screens", `${name}.png`);
}

/** What a machine's screen shows, as a picture; undefined where it does not run any more. */
export async function takeScreen(folder: MachineFolder, node: string, path: string): Promise<string | undefined> {
  mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
  rmSync(path, { force: true });
  try {
    await qmp(folder, node, { execute: "screendump", arguments: { filename: path, format: "png" } });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
  }
  return existsSync(path) ? path : undefined;
}
