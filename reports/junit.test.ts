import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import type { Event, EventBody } from "../core/event.js";
import { junitXml } from "./junit.js";

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly parent: Element | undefined;
}

/** All elements of a document that a strict XML parser accepts. */
function elements(xml: string): Element[] {
  const found: Element[] = [];
  const open: Element[] = [];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, attributes, parent: open.at(-1) };
    found.push(element);
    open.push(element);
  });
  parser.on("closetag", () => open.pop());
  parser.write(xml).close();
  return found;
}

const log = (...bodies: EventBody[]): Event[] =>
  bodies.map((body, seq) => ({ v: 1, seq, atMs: 1_700_000_000_000 + seq * 1500, ...body }));

const started: EventBody = {
  ...{ type: "run.started", scenario: "redmond-failover", topology: "redmond", lab: "redmond", version: "0.1.0" },
  ...{ argv: [], seed: "00ff" },
};
const finished = (outcome: "pass" | "fail" | "unknown", ...reasons: string[]): EventBody => ({
  type: "run.finished",
  verdict: { outcome, reasons },
  folder: "runs/1",
});
const check = (outcome: "pass" | "fail" | "unknown", reason: string): EventBody => ({
  type: "check.finished",
  check: `dvd: ${outcome}`,
  outcome,
  reason,
});

const child = (all: Element[], name: string) => all.find(({ parent }) => parent?.attributes["name"] === name);

describe("JUnit XML", () => {
  it("has one suite with a case for each step, each check and the verdict, and counts them", () => {
    const all = elements(
      junitXml(
        log(
          started,
          { type: "step.started", step: "steps.0", title: "copy" },
          { type: "step.finished", step: "steps.0", title: "copy", outcome: "pass" },
          check("pass", "fine"),
          check("fail", "G2; expected G4"),
          check("unknown", "the capture is empty"),
          finished("fail", "dvd: grade: G2; expected G4"),
        ),
      ),
    );
    expect(all.map(({ name }) => name).slice(0, 3)).toEqual(["testsuites", "testsuite", "properties"]);
    const cases = all.filter(({ name }) => name === "testcase");
    expect(cases.map(({ attributes }) => `${attributes["classname"]!} ${attributes["name"]!}`)).toEqual([
      "redmond-failover.steps steps.0: copy",
      "redmond-failover.checks dvd: pass",
      "redmond-failover.checks dvd: fail",
      "redmond-failover.checks dvd: unknown",
      "redmond-failover.run verdict",
    ]);
    expect(cases.every(({ parent }) => parent?.name === "testsuite")).toBe(true);
    expect(all[1]?.attributes).toEqual({
      ...{ name: "redmond-failover", tests: "5", failures: "2", errors: "1", skipped: "0", time: "9.000" },
      timestamp: "2023-11-14T22:13:20",
    });
  });

  it("tells a failure, an error and a pass apart, each with its reason", () => {
    const all = elements(
      junitXml(
        log(started, check("pass", "fine"), check("fail", "late"), check("unknown", "no data"), finished("pass")),
      ),
    );
    expect(child(all, "dvd: pass")?.name).toBe("system-out");
    expect(child(all, "dvd: fail")).toMatchObject({ name: "failure", attributes: { message: "late" } });
    expect(child(all, "dvd: unknown")).toMatchObject({ name: "error", attributes: { message: "no data" } });
    expect(child(all, "verdict")).toBeUndefined();
  });

  it("fails for a check that no planted defect turned red, and has an error for one that did not pass", () => {
    const missed = { name: "a flipped byte", result: "missed", reason: "fine" } as const;
    const proof = (check: string, reason: string, defects: (typeof missed)[]): EventBody => ({
      ...{ type: "check.proven", check, proven: check === "grade", reason, defects },
    });
    const proofs = [proof("grade", "turned red", []), proof("content", "never red", [missed])];
    const all = elements(
      junitXml(log(started, ...proofs, proof("stall", "it did not pass in this run", []), finished("fail"))),
    );
    expect(child(all, "grade")?.name).toBe("system-out");
    expect(child(all, "content")).toMatchObject({ name: "failure", attributes: { message: "never red" } });
    expect(child(all, "stall")).toMatchObject({
      name: "error",
      attributes: { message: "it did not pass in this run" },
    });
  });

  it("skips a step whose moment never came, and one that the end of the run cut short", () => {
    const reason = "the copy ended before this step's moment came";
    const all = elements(
      junitXml(
        log(
          started,
          { type: "step.finished", step: "a", title: "disable", outcome: "unknown", reason },
          { type: "step.started", step: "b", title: "copy" },
          { type: "step.started", step: "c", title: "wait" },
          { type: "step.finished", step: "c", title: "wait", outcome: "unknown", reason: "the node did not return" },
        ),
      ),
    );
    expect(child(all, "a: disable")).toMatchObject({ name: "skipped", attributes: { message: reason } });
    expect(child(all, "b: copy")?.name).toBe("skipped");
    expect(child(all, "c: wait")?.name).toBe("error");
  });

  it("never passes a run that did not finish", () => {
    for (const events of [[], log(started)]) {
      expect(child(elements(junitXml(events)), "verdict")).toMatchObject({
        name: "error",
        attributes: { message: "the run did not finish" },
      });
    }
  });

  it("names topology, versions and seed", () => {
    const all = elements(junitXml(log(started, { type: "versions", versions: { "node1 samba": "4.25.1" } })));
    const told = all.filter(({ name }) => name === "property").map(({ attributes }) => attributes);
    expect(told).toEqual([
      { name: "topology", value: "redmond" },
      { name: "lab", value: "redmond" },
      { name: "seed", value: "00ff" },
      { name: "version node1 samba", value: "4.25.1" },
    ]);
  });

  it("gives seconds, to steps as well as to checks", () => {
    const all = elements(
      junitXml(
        log({ type: "step.started", step: "s", title: "expect" }, check("pass", "fine"), {
          type: "step.finished",
          step: "s",
          title: "expect",
          outcome: "pass",
        }),
      ),
    );
    const times = all.filter(({ name }) => name === "testcase").map(({ attributes }) => attributes["time"]);
    expect(times).toEqual(["3.000", "1.500", "3.000"]);
  });

  it("survives whatever stands in a reason", () => {
    const nasty = 'a "<b>" & \u001b[31m\u0000 ]]> \ud800\nsecond line';
    const all = elements(junitXml(log(started, check("fail", nasty), check("pass", nasty), finished("fail", nasty))));
    const message = 'a "<b>" & \ufffd[31m\ufffd ]]> \ufffd\nsecond line';
    expect(child(all, "dvd: fail")?.attributes["message"]).toBe(message);
  });
});
