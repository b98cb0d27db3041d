import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { asset } from "../core/paths.js";

/** The C# of a Windows client: Windows compiles it when it is run. */
export function windowsSource(): string {
  const folder = asset("images", "windows", "program");
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".cs"))
    .sort();
  // Each file has its own namespace block with what it uses, so that they can follow each other.
  return files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
}

/** The script that compiles it, and drives it. */
export function windowsScript(): string {
  return readFileSync(asset("images", "windows", "client.ps1"), "utf8");
}
