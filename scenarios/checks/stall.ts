import { z } from "zod";
import { durationText } from "../../core/size.js";
import type { NodeRuntime } from "../../topologies/spec.js";
import type { Conclusion } from "../evidence/conclude.js";
import type { Observed } from "../evidence/observed.js";
import { PHASES } from "../evidence/phases.js";
import { recoveriesOf } from "../evidence/recoveries.js";
import { delayed, failedCopy, withEvents, withoutLosses } from "../evidence/tamper.js";
import type { CopyCheck } from "./check.js";
import { observedDefect } from "./failover-defects.js";
import { failoverFacts, judgeEvidence } from "./failover-facts.js";
import type { FailoverFacts } from "./failover-facts.js";
import { nodeRuntime } from "./node-runtime.js";
import { fail, pass, unknown } from "./finding.js";
import type { Finding } from "./finding.js";

const schema = z.strictObject({
  under: z
    .union([durationText, z.strictObject({ docker: durationText.optional(), qemu: durationText.optional() })])
    .meta({
      description:
        "The longest gap between acknowledged writes or reads: for all nodes, or for each sort, as emulated machines are slow.",
      examples: ["5s"],
    }),
  phases: z
    .partialRecord(z.enum(PHASES), durationText)
    .optional()
    .meta({ description: "How long phases of the stall may take, each by its name.", examples: [{ reclaim: "1s" }] }),
});

type Wanted = z.infer<typeof schema>;

interface Facts extends FailoverFacts {
  /** What the nodes are made of. */
  readonly runtime: NodeRuntime;
}

export const stall: CopyCheck<Wanted, Facts> = {
  name: "stall",
  about: "copy",
  schema,
  docs: {
    field:
      "stall: { under: 5s }` or `stall: { under: 5s, phases: { reclaim: 1s } }` or `stall: { under: { docker: 5s, qemu: 30s } }",
    passes:
      "The longest gap between two acknowledged writes, or two reads, is shorter, and so is each phase that is named, in every stall.",
  },
  refuse: ({ under }, { spec }) => {
    const runtime = nodeRuntime(spec);
    if (limitFor(under, runtime) !== undefined) return [];
    const message = `no stall is given for nodes whose runtime is ${runtime}, as this topology's`;
    return [{ path: [], code: "scenario/no-stall", message }];
  },
  gather: (subject) => ({ ...failoverFacts(subject), runtime: nodeRuntime(subject.context.spec) }),
  judge: ({ under: limits, phases = {} }, facts) =>
    judgeEvidence(facts, (conclusion, { events }) => {
      const under = limitFor(limits, facts.runtime);
      if (under === undefined) return unknown(`no stall is given for nodes whose runtime is ${facts.runtime}`);
      const endless = recoveriesOf(events).find(({ resumed }) => resumed === undefined);
      if (endless !== undefined) return fail(`the copy never went on after it lost ${endless.lost.address}`);
      const { stallMs } = conclusion.evidence;
      if (stallMs === null) return unknown("no stall was measured");
      const said = seconds(stallMs);
      if (stallMs >= under) return fail(`${said}, expected under ${seconds(under)}`);
      return judgePhases(phases, conclusion, said);
    }),
  defects: [
    observedDefect("a planted stall", "fail", longerStall),
    observedDefect("the copy never went on after a loss", "fail", withoutResumption),
    observedDefect("nothing tells of a gap", "unknown", withoutGaps),
    ...PHASES.map((phase) =>
      observedDefect<Wanted, Facts, "fail">(`a delay in ${phase}`, "fail", (observed, { phases = {} }) =>
        phases[phase] === undefined ? undefined : delayed(observed, phase, phases[phase]),
      ),
    ),
  ],
};

function limitFor(under: Wanted["under"], runtime: NodeRuntime): number | undefined {
  return typeof under === "number" ? under : under[runtime];
}

/** A phase that was not observed is part of the next one: that is longer than it, and decides only by being short enough. */
function judgePhases(budgets: NonNullable<Wanted["phases"]>, { stalls }: Conclusion, said: string): Finding {
  const wanted = PHASES.filter((name) => budgets[name] !== undefined);
  if (wanted.length === 0) return pass(said);
  if (stalls.length === 0) return unknown("no stall was divided into phases");
  const within: string[] = [];
  const unsure: string[] = [];
  for (const report of stalls) {
    if (report.phases === null) return unknown(`no phases: ${report.reason}`);
    for (const name of wanted) {
      const budget = budgets[name] ?? 0;
      const found = report.phases.find((phase) => PHASES.indexOf(phase.name) >= PHASES.indexOf(name));
      if (found === undefined) return unknown(`no phase ${name}`);
      const ms = found.toMs - found.fromMs;
      const what = `${name}${found.name === name ? "" : ` (with ${found.name})`} ${seconds(ms)}`;
      if (ms < budget) within.push(what);
      else if (found.name === name) return fail(`${what}, expected under ${seconds(budget)}; ${found.evidence}`);
      else unsure.push(`${what}, expected under ${seconds(budget)}: ${found.evidence}`);
    }
  }
  return unsure.length > 0 ? unknown(unsure.join("; ")) : pass(`${said}; ${within.join(", ")}`);
}

/** The longest gap takes as long as is allowed in addition to what it took. */
function longerStall(observed: Observed, { under: limits }: Wanted): Observed | undefined {
  const under = typeof limits === "number" ? limits : Math.max(limits.docker ?? 0, limits.qemu ?? 0);
  const late = delayed(observed, "first-write", under);
  if (late !== undefined) return late;
  return withEvents(observed, (event) => {
    if (event.type === "copy.resumed" && event.verb === "hold") return { ...event, clientMs: event.clientMs + under };
    if (event.type !== "copy.finished") return event;
    const [longest, ...others] = event.result.gaps;
    if (longest === undefined) return event;
    return { ...event, result: { ...event.result, gaps: [{ ...longest, ms: longest.ms + under }, ...others] } };
  });
}

function withoutResumption(observed: Observed): Observed | undefined {
  const failed = failedCopy(observed);
  return failed && withEvents(failed, (event) => (event.type === "copy.resumed" ? undefined : event));
}

function withoutGaps(observed: Observed): Observed | undefined {
  return withEvents(withoutLosses(observed) ?? observed, (event) => {
    if (event.type === "copy.finished") return { ...event, result: { ...event.result, gaps: [] } };
    return event.type === "copy.progress" ? undefined : event;
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
