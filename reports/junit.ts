import type { Event, Outcome } from "../core/event.js";
import { escapeMarkup } from "./escape.js";

interface TestCase {
  readonly classname: string;
  readonly name: string;
  readonly ms: number;
  readonly result: Result;
}

interface Result {
  readonly kind: "passed" | "failure" | "error" | "skipped";
  readonly reason: string;
}

const kindOf: Readonly<Record<Outcome, Result["kind"]>> = { pass: "passed", fail: "failure", unknown: "error" };

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
  const count = (kind: Result["kind"]) => String(cases.filter(({ result }) => result.kind === kind).length);
  const totals = {
    tests: String(cases.length),
    failures: count("failure"),
    errors: count("error"),
    skipped: count("skipped"),
    time: seconds(spanMs(events)),
  };
  const first = events[0];
  const suite = {
    name: scenario,
    ...totals,
    ...(first === undefined ? {} : { timestamp: new Date(first.atMs).toISOString().replace(/\.\d+Z$/, "") }),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: "plugfest", ...totals })}>`,
    `  <testsuite${attributes(suite)}>`,
    "    <properties>",
    ...properties(events).map(([name, value]) => `      <property${attributes({ name, value })}/>`),
    "    </properties>",
    ...cases.map(caseXml),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
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

/** One test case per check that defects were planted below: it failed when the check stayed green. */
function proofCases(events: readonly Event[], scenario: string): TestCase[] {
  return events.flatMap((event) => {
    if (event.type !== "check.proven") return [];
    const kind = event.proven ? "passed" : "failure";
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

function caseXml({ classname, name, ms, result: { kind, reason } }: TestCase): string {
  const open = `    <testcase${attributes({ classname, name, time: seconds(ms) })}`;
  if (kind === "passed") {
    return reason === ""
      ? `${open}/>`
      : `${open}>\n      <system-out>${escapeMarkup(reason)}</system-out>\n    </testcase>`;
  }
  const message = attributes({ message: reason === "" ? "no reason was given" : reason });
  return `${open}>\n      <${kind}${message}/>\n    </testcase>`;
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeMarkup(value).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;")}"`)
    .join("");
}

const spanMs = (events: readonly Event[]) => (events.at(-1)?.atMs ?? 0) - (events[0]?.atMs ?? 0);
const seconds = (ms: number) => (Math.max(0, ms) / 1000).toFixed(3);
