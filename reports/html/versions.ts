import { table, text } from "./markup.js";

const MAX_VERSIONS = 200;

/** Versions by package; machines with the same one share a row. Keys are `<machine> <package>`, or a program alone. */
export function versionTable(versions: Readonly<Record<string, string>>): string {
  const machines = new Map<string, string[]>();
  for (const [key, version] of Object.entries(versions).slice(0, MAX_VERSIONS)) {
    const [first = "", second] = key.split(" ");
    const row = JSON.stringify([second ?? first, version]);
    machines.set(row, [...(machines.get(row) ?? []), second === undefined ? "this host" : first]);
  }
  const rows = [...machines].map(([row, on]) => {
    const [name = "", version = ""] = JSON.parse(row) as string[];
    return [text(name), text(version), text(on.join(", "))];
  });
  return table(["software", "version", "on"], rows);
}
