import { rewriteYaml } from "../../core/rewrite-yaml.js";
import type { Source } from "../../core/source.js";
import { valueAt } from "../../core/value-words.js";
import { withNode } from "../nemesis/takes.js";
import type { RecordedFault } from "./recorded.js";

/** What is written about the faults, in the file itself. */
export interface ShrunkHead {
  /** The topology, as seen from the file. */
  readonly topology: string;
  /** Lines of a comment. */
  readonly remarks: readonly string[];
}

/**
 * The scenario with the schedules of its nemeses written out, each as the faults of `kept` that are its own. `all` tells
 * which nemeses there are. Everything else stays as its author wrote it, remarks included.
 */
export function writeSchedule(
  source: Source,
  { all, kept }: { readonly all: readonly RecordedFault[]; readonly kept: readonly RecordedFault[] },
  { topology, remarks }: ShrunkHead,
): string {
  const changes = [...new Set(all.map(({ nemesis }) => nemesis))].map((id) => {
    const path = [...pathOf(id), "nemesis"];
    const written = valueAt(source.value, path) as Written;
    const schedule = kept.filter(({ nemesis }) => nemesis === id).map((fault) => entry(written, fault));
    return { path, value: { ...(written.down === undefined ? {} : { down: written.down }), schedule } };
  });
  return rewriteYaml(source.text, [{ path: ["topology"], value: topology }, ...changes], remarks);
}

interface Written {
  readonly down?: number;
  readonly faults?: readonly object[];
  readonly schedule?: readonly object[];
}

/** A drawn fault gets its moment and node; one of a schedule has both already. */
function entry({ faults = [], schedule }: Written, { fault, node, atMs, forMs }: RecordedFault): object {
  if (schedule !== undefined) return schedule[fault] ?? {};
  return { after: seconds(atMs), for: seconds(forMs), ...(withNode(faults[fault], node) as object) };
}

function seconds(ms: number): string {
  return `${String(ms / 1000)}s`;
}

/** A step's id is its place in the file: `steps.0.during.1`. */
function pathOf(id: string): (string | number)[] {
  return id.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}
