import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Verdict } from "../../core/event.js";
import type { Emit } from "../../core/event-log.js";

/** Of each record so many differences are named. */
const MAX_NAMED = 10;

interface Compared {
  readonly file: string;
  readonly what: string;
  /** Fields that say where something lay, and not what it is. */
  readonly except?: RegExp;
}

const COMPARED: readonly Compared[] = [
  { file: "versions.json", what: "version" },
  { file: "images.json", what: "image" },
  { file: "topology.json", what: "topology", except: /^source$/ },
  { file: "scenario.json", what: "scenario", except: /^(source|topology)$/ },
  { file: "configuration.json", what: "configuration" },
];

/** Tells in the events of a run what differs from the run that it repeats. */
export function noteDifferences(then: string, now: string, emit: Emit): void {
  const found = differences(then, now);
  const text = "versions, images, topology, scenario and configuration are those of the run that is repeated";
  if (found.length === 0) emit({ type: "note", level: "info", text });
  for (const one of found) emit({ type: "note", level: "info", text: `not as in the run that is repeated: ${one}` });
}

/** Tells in the events of a run how the run that it repeats ended. */
export function noteVerdicts(then: string, verdict: Verdict, emit: Emit): void {
  const path = join(then, "verdict.json");
  const before = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Verdict).outcome : "unknown";
  const text = `the run that is repeated ended with ${before}, this one with ${verdict.outcome}`;
  emit({ type: "note", level: before === verdict.outcome ? "info" : "warning", text });
}

/**
 * In what two runs differ by their records, a sentence each: versions of software, images, the resolved topology, the
 * compiled scenario, the nodes' configuration. Empty when they are the same in all of that.
 */
export function differences(then: string, now: string): string[] {
  return COMPARED.flatMap(({ file, what, except }) => {
    const before = leaves(join(then, file));
    const after = leaves(join(now, file));
    if (before === undefined || after === undefined) {
      return before === after ? [] : [`${what}: ${file} was ${before === undefined ? "not kept" : "kept"} then`];
    }
    const keys = [...new Set([...before.keys(), ...after.keys()])].filter((key) => except?.test(key) !== true);
    const found = keys.filter((key) => before.get(key) !== after.get(key));
    const named = found.slice(0, MAX_NAMED).map((key) => {
      return `${what} ${key}: was ${before.get(key) ?? "absent"}, is ${after.get(key) ?? "absent"}`;
    });
    const more = found.length - named.length;
    return more > 0 ? [...named, `${what}: ${String(more)} more differences`] : named;
  });
}

/** Every value of a JSON file by its path, such as `nodes.0.samba`; undefined when there is no such file. */
function leaves(path: string): Map<string, string> | undefined {
  if (!existsSync(path)) return undefined;
  const found = new Map<string, string>();
  const walk = (value: unknown, at: string) => {
    if (value === null || typeof value !== "object" || Object.keys(value).length === 0) {
      found.set(at, JSON.stringify(value));
      return;
    }
    for (const [key, inner] of Object.entries(value)) walk(inner, at === "" ? key : `${at}.${key}`);
  };
  walk(JSON.parse(readFileSync(path, "utf8")), "");
  return found;
}
