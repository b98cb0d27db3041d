import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderNode } from "../cluster/render.js";
import { LOG_LIMIT_BYTES } from "../scenarios/append-log.js";
import type { LabSpec } from "../topologies/spec.js";
import { writeRecord } from "./run-folder.js";

/** What is asked for: the topology with everything explicit, and the configuration of every node, which is the same. */
export function recordWanted(folder: string, spec: LabSpec): void {
  writeRecord(folder, "topology.json", spec);
  const files = renderNode(spec).map(({ path, content }) => [path, content.toString().split("\n")] as const);
  writeRecord(folder, "configuration.json", Object.fromEntries(files));
}

/**
 * The logs of machines as `nodes/<machine><suffix>`: after a run they are gone with their machines. `read` gives undefined
 * where a machine has no such log.
 */
export async function recordLogs(
  folder: string,
  { nodes, clients }: LabSpec,
  suffix: ".log" | ".smbd.log",
  read: (machine: string) => Promise<Buffer | undefined>,
): Promise<void> {
  const record = async (name: string) => {
    const path = join(folder, "nodes", `${name}${suffix}`);
    try {
      const log = await read(name);
      if (log === undefined) return;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, log.subarray(Math.max(0, log.length - LOG_LIMIT_BYTES)));
    } catch {
      // A machine that was never made has no log, and its absence is told by the failure itself.
    }
  };
  await Promise.all([...nodes, ...clients].map(({ name }) => record(name)));
}
