import { describe, expect, it } from "vitest";
import type { Outcome } from "../../core/event.js";
import { nightStarted, plannedCell, runRecord } from "../history/history.fixture.js";
import type { Night } from "../history/read.js";
import type { Expectation } from "../schema.js";
import { isChanged, isTrouble, judgeNight } from "./judge.js";

const letters: Readonly<Record<string, Outcome>> = { p: "pass", f: "fail", u: "unknown" };
const atMs = Date.UTC(2026, 9, 30);

function runsOf(text: string) {
  return Array.from(text).map((letter, index) => {
    const outcome = letters[letter] ?? "unknown";
    return runRecord("n", { repeat: index + 1, outcome, reasons: outcome === "pass" ? [] : [`it was ${outcome}`] });
  });
}

const nightOf = (text: string, cell = "one"): Night => ({
  started: nightStarted("n", [plannedCell(cell, { repeats: 3 })]),
  runs: runsOf(text).map((run) => ({ ...run, cell })),
  finished: undefined,
});

/** What is said of one cell: the nights before, such as `ppp ppf`, and tonight. */
function judged(before: string, tonight: string, expectations: readonly Expectation[] = []) {
  const nights = before === "" ? [] : before.split(" ").map((text) => nightOf(text));
  const { cells, remarks } = judgeNight(
    { cells: [plannedCell("one", { repeats: 3 })], runs: runsOf(tonight), atMs },
    nights,
    expectations,
  );
  return { ...cells[0]!, remarks };
}

const expectation = (change: Partial<Expectation> = {}): Expectation => ({
  ...{ cell: "o*", status: "known-failure", reason: "bug 15994", link: "https://bugzilla.samba.org/15994" },
  expires: "2026-12-01",
  ...change,
});

describe("a cell", () => {
  it.each([
    ["", "ppp", "new"],
    ["", "fff", "new failure"],
    ["ppp", "ppp", "pass"],
    ["ppp ppp", "fff", "new failure"],
    ["ppp ppp", "ppf", "new failure"],
    ["ppp fff", "fff", "still failing"],
    ["ppp ppp fff", "ppp", "fixed"],
    ["ppp uuu", "fff", "new failure"],
    ["fff uuu", "fff", "still failing"],
    ["ppp", "ppu", "unknown"],
    ["ppp", "", "unknown"],
    ["ppp ppf ppp", "ppf", "flapping"],
    ["ppp fff ppp", "fff", "flapping"],
    ["ppp fff ppp fff fff", "fff", "still failing"],
    ["fff ppp ppp ppp ppp ppp ppp ppp ppp ppp ppp", "fff", "new failure"],
  ])("that was %j and is %j tonight is called %s", (before, tonight, status) => {
    expect(judged(before, tonight).status).toBe(status);
  });

  it("says why, and how many runs were made of how many", () => {
    expect(judged("ppp", "pf")).toMatchObject({
      ...{ outcome: "mixed", passed: 1, failed: 1, unknown: 0 },
      reason: "it was fail; 2 of 3 runs were made",
    });
    expect(judged("ppp", "")).toMatchObject({ outcome: null, reason: "none of its runs was reached" });
  });

  it("of another definition is new", () => {
    const cells = [plannedCell("one", { definition: "changed" })];
    const runs = runsOf("ppp").map((run) => ({ ...run, definition: "changed" }));
    expect(judgeNight({ cells, runs, atMs }, [nightOf("fff")], []).cells[0]?.status).toBe("new");
  });

  it("that is no longer asked for is gone, for one night", () => {
    const tonight = { cells: [plannedCell("one")], runs: runsOf("p"), atMs };
    const { cells } = judgeNight(tonight, [nightOf("p", "two")], []);
    expect(cells.map(({ cell, status }) => [cell, status])).toEqual([
      ["one", "new"],
      ["two", "gone"],
    ]);
    expect(judgeNight(tonight, [nightOf("p", "two"), nightOf("p")], []).cells.length).toBe(1);
  });

  it.each([
    ["ppp", "fff", "known-failure", "known failure"],
    ["ppp", "ppf", "known-failure", "known failure"],
    ["fff", "ppp", "known-failure", "unexpected pass"],
    ["fff", "uuu", "known-failure", "unknown"],
    ["ppp ppf ppp", "ppf", "flapping", "known failure"],
    ["ppp ppf", "ppp", "flapping", "fixed"],
    ["ppf ppp", "ppp", "flapping", "pass"],
  ] as const)("that was %j, is %j and is expected as %s is called %s", (before, tonight, status, said) => {
    expect(judged(before, tonight, [expectation({ status })]).status).toBe(said);
  });

  it("whose expectation has expired is judged as any other, and that is told", () => {
    const expired = judged("fff", "fff", [expectation({ expires: "2026-10-01" })]);
    expect(expired.status).toBe("still failing");
    expect(expired.remarks).toEqual([expect.stringContaining("expired on 2026-10-01: bug 15994") as string]);
    expect(judged("fff", "fff", [expectation({ expires: "2026-10-29" })]).status).toBe("known failure");
  });

  it("needs a person where it fails, or passes and should not; others are news or none", () => {
    const one = (before: string, tonight: string, expected?: Expectation) =>
      judged(before, tonight, expected === undefined ? [] : [expected]);
    expect([one("ppp", "fff"), one("fff", "fff"), one("fff", "ppp", expectation())].map(isTrouble)).toEqual([
      true,
      true,
      true,
    ]);
    expect([one("fff", "ppp"), one("ppp", "ppp"), one("fff", "fff", expectation())].map(isTrouble)).toEqual([
      false,
      false,
      false,
    ]);
    expect([one("fff", "ppp"), one("", "ppp"), one("ppp", "uuu")].map(isChanged)).toEqual([true, true, true]);
    expect([one("fff", "fff"), one("ppp", "ppp")].map(isChanged)).toEqual([false, false]);
  });
});
