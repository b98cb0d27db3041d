import { ToolError, failureOf } from "../../core/errors.js";
import type { Verdict } from "../../core/event.js";
import { joinSignals } from "../../core/join-signals.js";
import type { JoinedSignal } from "../../core/join-signals.js";
import type { CopyRun } from "../copy-run.js";
import { checkScenario, readScenario } from "../load.js";
import type { LoadedScenario } from "../load.js";
import { openRun, runScenario } from "../run.js";
import type { OpenRun, RunParts } from "../run.js";
import type { Step } from "../scenario.js";
import { verdictOf } from "../verdict.js";
import { watchCluster } from "../watch-cluster.js";
import { watchVitals } from "../watch-vitals.js";
import type { CopyWritten, Deed, Seen, TimedDeed } from "./record.js";
import { scenarioOf } from "./record.js";

export interface SessionParts extends Omit<RunParts, "scenario" | "signal"> {
  /** The topology as a saved scenario is to name it. */
  readonly topology: string;
  readonly signal: AbortSignal;
}

const NAME = "by-hand";
const NOTHING: Seen = { failovers: undefined, grade: undefined };

/**
 * A run without a scenario: its steps come one by one, from somebody's hand. They are the steps that scenarios have, so
 * that everything is in the event log, faults heal with the copy they hit, and what was done can be saved as a scenario.
 */
export class HandSession {
  readonly #parts: SessionParts;
  readonly #run: OpenRun;
  readonly #joined: JoinedSignal;
  readonly #stop = new AbortController();
  readonly #watches: readonly { close(): Promise<void> }[];
  readonly #deeds: Deed[] = [];
  /** Nodes that were hit because they served. */
  readonly #servers = new Set<string>();
  readonly #broken: string[] = [];
  /** By copy: what the evidence said. */
  readonly #seen = new Map<string, Seen>();
  readonly #going = new Set<Promise<void>>();
  #copy: { readonly run: CopyRun; readonly step: Step & { during: Step[] }; readonly during: TimedDeed[] } | undefined;
  #doing: string | undefined;
  #count = 0;

  constructor(parts: SessionParts) {
    this.#joined = joinSignals(parts.signal, this.#stop.signal);
    const { signal } = this.#joined;
    this.#parts = {
      ...{ ...parts, signal },
      emit: (event) => {
        parts.emit(event);
        if (event.type !== "evidence") return;
        const { failovers, grade } = event.evidence;
        this.#seen.set(event.copy, { failovers, grade: grade ?? undefined });
      },
    };
    this.#run = openRun({ ...this.#parts, scenario: readScenario(NAME, this.#text([])).scenario });
    this.#watches = [watchCluster(this.#run.context), watchVitals(this.#run.context)];
  }

  /** Runs one step now, as part of the copy that is running, if there is one. Resolves when it has had its effect. */
  async act(verb: string, args: unknown, node: string): Promise<void> {
    this.#refuseDuringScenario();
    const copy = this.#copy;
    const compiled = this.#compile(verb, args);
    const isFault = compiled.verb.isFault === true;
    const written = inPlaceOf(args, node, await this.#nameOf(node, isFault));
    const step = copy === undefined ? compiled : { ...compiled, id: `${copy.step.id}.during.${String(this.#count)}` };
    if (copy === undefined) this.#deeds.push({ is: "step", verb, args: written });
    else {
      copy.during.push({ bytes: copy.run.acked, verb, args: written });
      copy.step.during.push(step);
    }
    await this.#guarded(() => this.#run.context.runStep(step, this.#run.context));
  }

  /** Heals what this session caused on a node and is still in force; false when there is nothing. */
  async heal(node: string): Promise<boolean> {
    if (!this.#run.context.faults.disturbed.has(node)) return false;
    await this.act("heal", node, node);
    return true;
  }

  /** Starts a copy, and when it is over has it read back from everywhere. One at a time. */
  startCopy(written: Omit<CopyWritten, "id" | "to"> & { readonly share: string }): void {
    this.#refuseDuringScenario();
    if (this.#copy !== undefined) throw busy(`the copy ${this.#copy.run.id} is still running`);
    const { share, ...rest } = written;
    const id = `hand${String(++this.#count)}`;
    const { from, ...size } = rest;
    const args: CopyWritten = { id, from, to: `${share}/${id}.bin`, ...size };
    const step = { ...this.#compile("copy", args), during: [] as Step[] };
    const during: TimedDeed[] = [];
    const { context } = this.#run;
    this.#background(async () => {
      const running = context.runStep(step, context);
      // `workload` makes the run at once, before anything is waited for.
      const run = context.copies.get(id);
      if (run !== undefined) this.#copy = { run, step, during };
      const before = this.#deeds.length;
      try {
        await running;
      } finally {
        this.#copy = undefined;
        this.#deeds.splice(before, 0, { is: "copy", args, during, seen: this.#seen.get(id) ?? NOTHING });
      }
      for (const [verb, more] of [
        ["until", { cluster: "healthy", within: "60s" }],
        ["expect", { copy: id, content: "identical" }],
      ] as const)
        await context.runStep(this.#compile(verb, more), context);
    });
  }

  /** Runs a whole scenario in this lab. Throws a UserError when it does not fit it. */
  startScenario(loaded: LoadedScenario): void {
    this.#refuseDuringScenario();
    if (this.#copy !== undefined) throw busy(`the copy ${this.#copy.run.id} is still running`);
    const [complaint] = checkScenario(loaded, this.#parts.spec);
    if (complaint !== undefined) throw busy(`${loaded.scenario.name} does not fit this lab: ${complaint.message}`);
    const { name } = loaded.scenario;
    this.#doing = name;
    this.#background(async () => {
      try {
        const { outcome, reasons } = await runScenario({ ...this.#parts, scenario: loaded.scenario });
        const text = `${name}: ${[outcome, ...reasons].join(": ")}`;
        this.#parts.emit({ type: "note", level: outcome === "pass" ? "info" : "warning", text });
      } finally {
        this.#doing = undefined;
      }
    });
  }

  /** What was done so far, as a scenario. */
  text(): string {
    return this.#text(this.#deeds);
  }

  /** Ends what is running, heals what is in force, and gives the verdict of all that was judged. */
  async close(): Promise<Verdict> {
    this.#stop.abort(new ToolError({ code: "run/ended-by-hand", message: "the session was ended" }));
    await Promise.allSettled(this.#going);
    await Promise.all(this.#watches.map((watch) => watch.close()));
    this.#joined[Symbol.dispose]();
    await this.#guarded(() => this.#run.context.faults.healAll()).catch(() => undefined);
    return verdictOf(this.#run.judged, this.#broken);
  }

  #text(deeds: readonly Deed[]): string {
    return scenarioOf(NAME, this.#parts.topology, deeds);
  }

  #compile(verb: string, args: unknown): Step {
    const text = this.#text([{ is: "step", verb, args }]);
    const [step] = readScenario(NAME, text).scenario.steps;
    if (step === undefined) throw new Error(`no step ${verb}`);
    const copies = [...this.#run.context.copies.keys()];
    const [complaint] = step.verb.check(step.args as never, {
      spec: this.#parts.spec,
      copies,
      kernel: { netem: undefined },
    });
    if (complaint !== undefined) throw busy(complaint.message);
    return { ...step, id: `hand.${String(++this.#count)}` };
  }

  /** A repetition may have its client at another node: there the node that serves is meant again, and whoever was hit. */
  async #nameOf(node: string, isFault: boolean): Promise<string> {
    if (!isFault) return this.#servers.has(node) ? "all" : node;
    const run = this.#copy?.run;
    if (run?.address === undefined || (await this.#run.context.cluster.holderOf(run.address)) !== node) return node;
    this.#servers.add(node);
    return `serving(${run.id})`;
  }

  #refuseDuringScenario(): void {
    if (this.#doing !== undefined) throw busy(`${this.#doing} is running`);
  }

  #background(work: () => Promise<void>): void {
    const going = this.#guarded(work)
      .catch(() => undefined)
      .finally(() => this.#going.delete(going));
    this.#going.add(going);
  }

  /** What breaks is in the log and in the verdict, and ends nothing else. */
  async #guarded(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const failure = failureOf(error);
      this.#broken.push(failure.message);
      this.#run.context.emit({ type: "failure", failure });
      throw error;
    }
  }
}

function busy(message: string): ToolError {
  return new ToolError({ code: "run/not-now", message, hint: "wait for it, or do something else" });
}

/** The arguments with another target in the place of a node's name. */
function inPlaceOf(args: unknown, node: string, target: string): unknown {
  if (typeof args === "string") return args === node ? target : args.replace(new RegExp(`^${node}/`), `${target}/`);
  if (typeof args !== "object" || args === null) return args;
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, inPlaceOf(value, node, target)]));
}
