import type { Event } from "../core/event.js";
import { outcomeOfProof } from "../core/proof-outcome.js";
import { kindOf, suitesXml } from "./junit-suite.js";
import type { Result, TestCase } from "./junit-suite.js";

/**
 * A run as JUnit XML, the form that CI servers read: one suite with a test case for each step, each check and the
 * verdict. `fail` becomes `<failure>`; `unknown` becomes `<error>`, for nothing was proven; a step whose moment never
 * came, or that had begun when the run broke off, is `<skipped>`, and the verdict says why. Times are seconds.
 */
export function junitXml(events: readonly Event[]): string {
  const started = events.find((event) => event.type === "run.started");
  const scenario = started?.scenario ?? "unknown";
  const cases = [
    ...stepCases(events, scenario),
    ...checkCases(events, scenario),
    ...proofCases(events, scenario),
    verdictCase(events, scenario),
  ];
  const ms = spanMs(events);
  return suitesXml({ name: scenario, startedMs: events[0]?.atMs, ms, properties: properties(events), cases });
}

function stepCases(events: readonly Event[], scenario: string): TestCase[] {
  const classname = `${scenario}.steps`;
  const begun = new Map<string, { readonly title: string; readonly atMs: number }>();
  const cases: TestCase[] = [];
  for (const event of events) {
    if (event.type === "step.started") begun.set(event.step, event);
    if (event.type !== "step.finished") continue;
    const from = begun.get(event.step);
    begun.delete(event.step);
    const { outcome, reason = "" } = event;
    const kind = from === undefined && outcome === "unknown" ? "skipped" : kindOf[outcome];
    const name = `${event.step}: ${event.title}`;
    cases.push({ classname, name, ms: from === undefined ? 0 : event.atMs - from.atMs, result: { kind, reason } });
  }
  for (const [step, { title }] of begun) {
    const result = { kind: "skipped", reason: "the run broke off before this step ended" } as const;
    cases.push({ classname, name: `${step}: ${title}`, ms: 0, result });
  }
  return cases;
}

/** A check takes the time since the step it stands in began, or since the check before it. */
function checkCases(events: readonly Event[], scenario: string): TestCase[] {
  let sinceMs = events[0]?.atMs ?? 0;
  return events.flatMap((event) => {
    if (event.type === "step.started") sinceMs = event.atMs;
    if (event.type !== "check.finished") return [];
    const ms = event.atMs - sinceMs;
    sinceMs = event.atMs;
    const result = { kind: kindOf[event.outcome], reason: event.reason };
    return [{ classname: `${scenario}.checks`, name: event.check, ms, result }];
  });
}

/** One test case per check that was to be proven: it failed when the check stayed green with a defect planted. */
function proofCases(events: readonly Event[], scenario: string): TestCase[] {
  return events.flatMap((event) => {
    if (event.type !== "check.proven") return [];
    const kind = kindOf[outcomeOfProof(event)];
    return [{ classname: `${scenario}.proofs`, name: event.check, ms: 0, result: { kind, reason: event.reason } }];
  });
}

function verdictCase(events: readonly Event[], scenario: string): TestCase {
  const finished = events.findLast((event) => event.type === "run.finished");
  const result: Result =
    finished === undefined
      ? { kind: "error", reason: "the run did not finish" }
      : { kind: kindOf[finished.verdict.outcome], reason: finished.verdict.reasons.join("; ") };
  return { classname: `${scenario}.run`, name: "verdict", ms: spanMs(events), result };
}

function properties(events: readonly Event[]): [string, string][] {
  const found: [string, string][] = [];
  for (const event of events) {
    if (event.type === "run.started") {
      found.push(["topology", event.topology], ["lab", event.lab], ["seed", event.seed]);
    }
    if (event.type === "versions") {
      for (const [name, version] of Object.entries(event.versions)) found.push([`version ${name}`, version]);
    }
  }
  return found;
}

const spanMs = (events: readonly Event[]) => (events.at(-1)?.atMs ?? 0) - (events[0]?.atMs ?? 0);
