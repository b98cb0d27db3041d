import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { Event } from "../core/event.js";
import { asset } from "../core/paths.js";

/** Runs the built program with `--json` and gives its events; anything but exit code 0 ends the bench. */
export async function plugfest(...args: readonly string[]): Promise<{ events: Event[]; ms: number }> {
  const result = await execa(process.execPath, [asset("bin", "plugfest"), ...args, "--json"], { stdin: "ignore" });
  const events = result.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Event);
  return { events, ms: result.durationMs };
}

export function eventsOf<T extends Event["type"]>(events: readonly Event[], type: T): Extract<Event, { type: T }>[] {
  return events.filter((event): event is Extract<Event, { type: T }> => event.type === type);
}

/** Files of a bench in a folder of their own, which is removed afterwards. */
export async function withFiles<T>(
  files: Readonly<Record<string, string>>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "plugfest-bench-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function topologyText(name: string, nodes: number, net: number): string {
  return `name: ${name}
networks:
  private: { subnet: 10.78.${String(net)}.0/24 }
  public: { subnet: 10.78.${String(net + 1)}.0/24 }
cluster:
  nodes: ${String(nodes)}
  samba: "4.25"
  profile: persistent
  publicAddresses: { count: ${String(nodes)} }
  shares: { dvd: { path: /cluster/dvd } }
  smbConf: { dvd: { "smb3 ca so:max lease mask": RWH } }
clients:
  laptop: { kind: smb3 }
`;
}
