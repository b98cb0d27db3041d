import type { Outcome } from "../core/event.js";
import { escapeMarkup } from "./escape.js";

export interface TestCase {
  readonly classname: string;
  readonly name: string;
  readonly ms: number;
  readonly result: Result;
}

export interface Result {
  readonly kind: "passed" | "failure" | "error" | "skipped";
  readonly reason: string;
}

/** `fail` is a `<failure>`; `unknown` an `<error>`, for nothing was proven. */
export const kindOf: Readonly<Record<Outcome, Result["kind"]>> = { pass: "passed", fail: "failure", unknown: "error" };

export interface Suite {
  readonly name: string;
  readonly startedMs: number | undefined;
  readonly ms: number;
  readonly properties: readonly (readonly [string, string])[];
  readonly cases: readonly TestCase[];
}

/** One suite of test cases as JUnit XML. Times are seconds. */
export function suitesXml({ name, startedMs, ms, properties, cases }: Suite): string {
  const count = (kind: Result["kind"]) => String(cases.filter(({ result }) => result.kind === kind).length);
  const totals = {
    tests: String(cases.length),
    failures: count("failure"),
    errors: count("error"),
    skipped: count("skipped"),
    time: seconds(ms),
  };
  const suite = {
    name,
    ...totals,
    ...(startedMs === undefined ? {} : { timestamp: new Date(startedMs).toISOString().replace(/\.\d+Z$/, "") }),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: "plugfest", ...totals })}>`,
    `  <testsuite${attributes(suite)}>`,
    "    <properties>",
    ...properties.map(([name, value]) => `      <property${attributes({ name, value })}/>`),
    "    </properties>",
    ...cases.map(caseXml),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
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

const seconds = (ms: number) => (Math.max(0, ms) / 1000).toFixed(3);
