import { readdirSync, readFileSync } from "node:fs";
import { basename, isAbsolute, join } from "node:path";
import { z } from "zod";
import type { Diagnostic } from "../core/diagnostic.js";
import type { Blanks } from "../core/fill-blanks.js";
import { UserError } from "../core/errors.js";
import { asset } from "../core/paths.js";
import type { Source } from "../core/source.js";
import { parseYaml } from "../core/source.js";
import { suggestHint } from "../core/suggest.js";
import type { Finding } from "../core/finding.js";
import { diagnosticsAt } from "../core/finding.js";
import { validateWith } from "../core/validate.js";
import type { KernelFacts } from "../provisioners/host/kernel.js";
import type { LabSpec } from "../topologies/spec.js";
import type { MomentEvent } from "./moment-events.js";
import type { AnyVerb, Complaint, Scenario, Step, Trigger, WorkloadFacts } from "./scenario.js";
import type { ScenarioFile } from "./schema.js";
import { parallel } from "./steps/parallel.js";
import { scenarioSchema } from "./schema.js";
import { verbNamed } from "./verbs.js";

/** Its schema is a list of the schema's own steps. */
const parallelVerb: AnyVerb = { ...parallel, schema: z.array(z.unknown()) };

const CODES = { codePrefix: "scenario" };

/** A scenario with the text it was read from, which `checkScenario` points at. */
export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly source: Source;
}

/**
 * Reads a shipped scenario by name or a file by path. Throws a UserError with every diagnostic of the file's own form;
 * what a topology must have is `checkScenario`'s business.
 */
export function loadScenario(nameOrPath: string, cwd: string): LoadedScenario {
  const { file, text } = readScenarioText(nameOrPath, cwd);
  return readScenario(file, text);
}

/** The same for a text that was read already. `file` is its name in diagnostics; `blanks` are what a matrix fills. */
export function readScenario(file: string, text: string, blanks?: Blanks): LoadedScenario {
  const source = parseYaml(file, text, blanks);
  const validated = validateWith(scenarioSchema, source, CODES);
  if (!validated.ok) throw new UserError(validated.diagnostics);
  return { scenario: compile(validated.value, file), source };
}

/** Names of the scenarios that plugfest ships. */
export function shippedScenarios(): string[] {
  return readdirSync(asset("scenarios", "library"))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => basename(name, ".yaml"));
}

/** Whether every step can be done in this lab, above this kernel. Returns all complaints, each at its place, in the order of the file. */
export function checkScenario(
  { scenario, source }: LoadedScenario,
  spec: LabSpec,
  kernel: KernelFacts = { netem: undefined },
): Diagnostic[] {
  const findings: Finding[] = [];
  const copies: string[] = [];
  const checkAlone = (step: Step) => {
    const scope = { spec, copies: [...copies], kernel };
    const complaints = hasPlace(step, spec) ? step.verb.check(step.args as never, scope) : [withoutCluster(step, spec)];
    for (const { path, code, ...words } of complaints) {
      findings.push({ ...words, path: [...step.path, step.verb.name, ...path], code: code.replace("scenario/", "") });
    }
  };
  /** Checks steps that begin at once: blocks of each may speak of the workloads of all. */
  const checkTogether = (steps: readonly Step[]) => {
    const begun = steps.flatMap((step) => {
      checkAlone(step);
      const workload = step.verb.workload?.(step.args as never);
      if (workload === undefined) return [];
      copies.push(workload.id);
      return [{ workload, block: step.during }];
    });
    for (const { workload, block } of begun) {
      for (const inner of block) {
        checkAlone(inner);
        findings.push(...checkTrigger(workload, inner));
      }
    }
  };
  for (const step of [...scenario.steps, ...scenario.always]) checkTogether(step.parallel ?? [step]);
  return diagnosticsAt(source, findings, CODES.codePrefix);
}

/** A workload needs a share, which a server may have that stands alone. */
function hasPlace({ verb }: Step, { nodes, servers }: LabSpec): boolean {
  return nodes.length > 0 || verb.needsCluster === false || (verb.workload !== undefined && servers.length > 0);
}

function withoutCluster({ verb }: Step, { name }: LabSpec): Complaint {
  const message = `topology "${name}" has no cluster, which \`${verb.name}\` is about`;
  return { path: [], code: "scenario/no-cluster", message, hint: "choose a topology with one by --topology" };
}

/** A step in a block watches the workload that the block belongs to, at a byte that the workload has. */
function checkTrigger({ id, sizeBytes: size, idleAt = size }: WorkloadFacts, inner: Step): Finding[] {
  const at = inner.when?.at;
  if (at === undefined) return [];
  const path = [...inner.path, "at"];
  if (at.copy !== id) {
    const message = `a block watches its own copy, "${id}"`;
    return [{ path: [...path, "copy"], code: "other-copy", message, hint: `write copy: ${id}` }];
  }
  if ("bytes" in at && at.bytes >= size) {
    const message = `the copy has only ${String(size)} bytes: this moment never comes`;
    return [{ path: [...path, "bytes"], code: "beyond-the-copy", message }];
  }
  if (idleAt < size && ("write" in at || ("bytes" in at ? at.bytes : at.progress * size) > idleAt)) {
    const message = `${id} is idle from its middle on, until the steps of its block are done: this moment never comes`;
    return [{ path, code: "beyond-the-middle", message, hint: "write `on: idle`" }];
  }
  return [];
}

/** The text of a shipped scenario or of a file, and its name in diagnostics. Throws a UserError when there is none. */
export function readScenarioText(nameOrPath: string, cwd: string): { file: string; text: string } {
  const isName = /^[a-z0-9-]+$/.test(nameOrPath);
  const path = isName
    ? asset("scenarios", "library", `${nameOrPath}.yaml`)
    : isAbsolute(nameOrPath)
      ? nameOrPath
      : join(cwd, nameOrPath);
  try {
    return { file: isName ? path : nameOrPath, text: readFileSync(path, "utf8") };
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "";
    const message = isName ? `no scenario "${nameOrPath}" is shipped` : `${nameOrPath} cannot be read (${why})`;
    const hint =
      suggestHint(nameOrPath, shippedScenarios()) ?? "give a shipped name or a path with a slash or a suffix";
    throw new UserError([{ code: "scenario/not-found", severity: "error", message, hint }]);
  }
}

function compile(file: ScenarioFile, source: string): Scenario {
  const steps = (list: readonly object[] | undefined, at: string) =>
    (list ?? []).map((step, index) => compileStep(step, [at, index]));
  return {
    name: file.name,
    description: file.description ?? "",
    topology: file.topology,
    tags: file.tags ?? [],
    source,
    steps: steps(file.steps, "steps"),
    always: steps(file.always, "always"),
  };
}

function compileStep(written: object, path: readonly (string | number)[]): Step {
  const { at, on, after, during, ...rest } = written as WrittenMoment & { readonly during?: object[] };
  const [name = "", args] = Object.entries(rest)[0] ?? [];
  if (name === "parallel") {
    const steps = (args as object[]).map((inner, index) => compileStep(inner, [...path, "parallel", index]));
    return { id: path.join("."), path, verb: parallelVerb, args: null, when: undefined, during: [], parallel: steps };
  }
  const verb = verbNamed(name);
  if (verb === undefined) throw new Error(`the schema let an unknown verb pass: ${name}`);
  return {
    id: path.join("."),
    path,
    verb,
    args,
    when: [at, on, after].every((one) => one === undefined) ? undefined : { at, on, afterMs: after ?? 0 },
    during: (during ?? []).map((inner, index) => compileStep(inner, [...path, "during", index])),
  };
}

interface WrittenMoment {
  readonly at?: Trigger;
  readonly on?: MomentEvent;
  readonly after?: number;
}
