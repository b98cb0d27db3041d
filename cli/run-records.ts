import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderNode } from "../cluster/render.js";
import type { Source } from "../core/source.js";
import { LOG_LIMIT_BYTES } from "../scenarios/append-log.js";
import type { Scenario, Step } from "../scenarios/scenario.js";
import type { LabSpec } from "../topologies/spec.js";
import type { RunRequestRecord } from "./recorded-run.js";
import { writeRecord, writeText } from "./run-folder.js";

/** The files that the user wrote, as they were when the run began. */
export interface RunSources {
  readonly scenario: Source;
  readonly topology: Source;
}

/** What the user asked for, word for word, so that the same can be asked again; and what became of the scenario. */
export function recordRequest(
  folder: string,
  of: { scenario: Scenario; sources: RunSources; seed: string; size: string | undefined; prove?: boolean | undefined },
): void {
  const { scenario, sources, seed, size, prove } = of;
  mkdirSync(join(folder, "sources"), { recursive: true });
  const keep = (name: string, { file, text }: Source) => {
    const path = `sources/${name}${/\.ya?ml$/.exec(file)?.[0] ?? ".yaml"}`;
    writeText(folder, path, text);
    return path;
  };
  const request: RunRequestRecord = {
    ...{ scenario: keep("scenario", sources.scenario), topology: keep("topology", sources.topology) },
    ...(size === undefined ? {} : { size }),
    ...(prove === true ? { prove } : {}),
    seed,
  };
  writeRecord(folder, "request.json", request);
  writeRecord(folder, "scenario.json", compiledForm(scenario));
}

/** The scenario as it is run: every step with its place in the source, words such as sizes and shares already understood. */
function compiledForm({ steps, always, ...head }: Scenario): object {
  const plain = ({ id, verb, args, when, during, parallel }: Step): object => ({
    ...{ id, verb: verb.name },
    ...(parallel === undefined ? { args } : { parallel: parallel.map(plain) }),
    ...(when === undefined ? {} : { when }),
    ...(during.length === 0 ? {} : { during: during.map(plain) }),
  });
  return { ...head, steps: steps.map(plain), always: always.map(plain) };
}

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
  { nodes, servers, clients }: Pick<LabSpec, "nodes" | "servers" | "clients">,
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
  await Promise.all([...nodes, ...servers, ...clients].map(({ name }) => record(name)));
}
