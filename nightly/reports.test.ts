import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { nightStarted, plannedCell } from "./history/history.fixture.js";
import type { NightFinished } from "./history/line.js";
import { nightHtml } from "./html.js";
import { judgeNight } from "./judge/judge.js";
import { nightJunit } from "./junit.js";
import { before, judged, tonight } from "./nights.fixture.js";
import { outdated } from "./retention.js";
import type { Expectation } from "./schema.js";
import { nightText } from "./summary.js";
import { verdictOf, worthTelling } from "./verdict.js";

describe("a night is told", () => {
  it("with what needs a person first, then what is news, and nothing of what is as it was", () => {
    const told = worthTelling(tonight.finished!.judgement);
    expect(told.map(({ cell, status }) => `${cell}: ${status}`)).toEqual([
      "breaks: new failure",
      "slows: pass",
      "blind: unknown",
      "mends: fixed",
    ]);
    expect(verdictOf(tonight.finished!.judgement)).toBe("fail");
  });

  it("in one screen of text", () => {
    const text = nightText("failover", tonight, "runs/failover/latest/nightly.html");
    expect(text).toContain("nightly   failover 2026-11-07T02-00-00Z: FAIL");
    expect(text).toContain("runs      25, of 5 cells, in 8 min 20 s: 15 pass, 5 fail, 5 unknown");
    expect(text).toContain("new failure     breaks: 5 of 5 failed: <breaks> & co");
    expect(text).toMatch(/slower {10}slows\n {16}stall 402 ms → 702 ms \(\+300 ms, 5 runs to 30, p /);
    expect(text.split("\n").length).toBeLessThan(25);
    const many = Array.from({ length: 60 }, (_, index) => plannedCell(`cell-${String(index)}`));
    const long = judged({ ...tonight, started: nightStarted("n", many), runs: [] }, [], "the budget is used up");
    const short = nightText("failover", long, "x");
    expect(short.split("\n").length).toBeLessThan(25);
    expect(short).toMatch(/cut {7}the budget is used up\n[^]*… \d+ lines more in the report/);
  });

  it("as JUnit XML: failures need a person, errors were not proven", () => {
    const xml = nightJunit("failover", tonight);
    const parser = new SaxesParser();
    const found: string[] = [];
    parser.on("opentag", ({ name, attributes }) => {
      if (name !== "property" && name !== "properties") found.push(`${name} ${attributes["name"] ?? ""}`.trim());
    });
    parser.write(xml).close();
    expect(found).toEqual([
      ...["testsuites plugfest", "testsuite failover", "testcase steady", "system-out"],
      ...[
        "testcase breaks",
        "failure",
        "testcase mends",
        "system-out",
        "testcase slows",
        "failure",
        "testcase blind",
        "error",
      ],
    ]);
    expect(xml).toContain('tests="5" failures="2" errors="1" skipped="0"');
  });

  it("as a page that needs nothing beside itself and links each run's report", () => {
    const page = nightHtml("failover", [...before, tonight]);
    expect(page).toContain("<h1>fail: nightly failover 2026-11-07T02-00-00Z</h1>");
    expect(page).toContain("default-src 'none'");
    expect(page.indexOf("What changed")).toBeLessThan(page.indexOf("night by night"));
    expect(page).toContain('<a href="cells/breaks/1/report.html">report</a>');
    expect(page).toContain("&lt;breaks&gt; &amp; co");
    expect(page).toContain("node1 4.25.1 → 4.25.2");
    expect(page.match(/<svg class="trend"/g)?.length).toBe(5);
    expect(page).toContain('class="slower"');
    expect(page).not.toMatch(/<script|https?:/);
    expect(page).toContain("since the night before: node1 4.25.1 → 4.25.2");
    expect(nightHtml("failover", [...before, tonight])).toBe(page);
  });

  it("with what failed as expected: no news, and not forgotten", () => {
    const expectation: Expectation = {
      cell: "breaks",
      status: "known-failure",
      reason: "no tickle ACK",
      link: "https://bugzilla.samba.org/show_bug.cgi?id=15994",
      expires: "2999-12-31",
    };
    const { started, runs } = tonight;
    const judgement = judgeNight({ cells: started.cells, runs, atMs: 0 }, before, [expectation]);
    const finished: NightFinished = {
      v: 1,
      type: "night.finished",
      night: started.night,
      atMs: 0,
      cut: null,
      judgement,
    };
    const expected = { started, runs, finished };
    const page = nightHtml("failover", [...before, expected]);
    expect(page).toMatch(/Known failures[^]*breaks[^]*5 of 5 failed[^]*no tickle ACK/);
    expect(page).toContain('5 passed, as expected">(✗)</td>');
    expect(nightText("failover", expected, "x")).toContain("known     1 cell fails as expected");
    // Two nights of one day are told apart.
    const twice = { ...expected, started: { ...started, night: "2026-11-07T14-30-00Z" } };
    expect(nightHtml("failover", [tonight, twice])).toContain('<th scope="col">11-07 14-30</th>');
  });
});

it("folders of runs go when they are old, those of failures later", () => {
  const folders = (nights: number, failures: number) =>
    outdated([...before, tonight], { nights, failures }).map((one) => `${one.night.slice(8, 10)} ${one.folder}`);
  expect(folders(7, 60)).toEqual([]);
  expect(folders(6, 60).length).toBe(20);
  expect(folders(6, 60)).not.toContain("01 cells/mends/1");
  expect(folders(6, 6).length).toBe(25);
  expect(folders(1, 60).some((one) => one.startsWith("07"))).toBe(false);
});
