import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderNode } from "../cluster/render.js";
import type { LabSpec } from "../topologies/spec.js";
import { writeRecord } from "./run-folder.js";

/** What is asked for: the topology with everything explicit, and the configuration of every node, which is the same. */
export function recordWanted(folder: string, spec: LabSpec): void {
  writeRecord(folder, "topology.json", spec);
  const files = renderNode(spec).map(({ path, content }) => [path, content.toString().split("\n")] as const);
  writeRecord(folder, "configuration.json", Object.fromEntries(files));
}

/**
 * The logs of machines that did not come up, as `nodes/<machine><suffix>`: after this they are gone with their machines.
 * `read` gives undefined where a machine has no such log.
 */
export async function recordLogs(
  folder: string,
  { nodes, clients }: LabSpec,
  suffix: ".log" | ".smbd.log",
  read: (machine: string) => Promise<Buffer | undefined>,
): Promise<void> {
  for (const { name } of [...nodes, ...clients]) {
    const path = join(folder, "nodes", `${name}${suffix}`);
    try {
      const log = await read(name);
      if (log === undefined) continue;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, log);
    } catch {
      // A machine that was never made has no log, and its absence is told by the failure itself.
    }
  }
}
