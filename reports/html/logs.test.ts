import { describe, expect, it } from "vitest";
import { logExcerpts, MAX_LINE, MAX_LINES } from "./logs.js";

const line = (second: number, words: string) =>
  `2026-11-23T20:44:${String(second).padStart(2, "0")}.500000+00:00 node1 ${words}`;
const at = (second: number) => Date.parse(`2026-11-23T20:44:${String(second).padStart(2, "0")}.000Z`);

describe("excerpts of logs", () => {
  it("are of the time around the fault, with lines that carry no time of their own", () => {
    const log = [line(1, "before"), line(2, "released"), "  more of it", line(3, "taken"), line(9, "after"), "end"];
    const made = logExcerpts({ node1: log.join("\n") }, [{ fromMs: at(2), toMs: at(4) }]);
    expect(made).toContain("node1, CTDB: 3 of 6 lines (nodes/node1.log)");
    for (const words of ["released", "more of it", "taken"]) expect(made).toContain(words);
    expect(made).not.toMatch(/before|after|end$/m);
  });

  it("are of smbd's log as well, which has times and lines of its own", () => {
    const smbd = (second: number, words: string) =>
      `[2026/11/23 20:44:0${String(second)}.500000,  1] source3/smbd/smb2_server.c:4000(smbd)\n  ${words}`;
    const log = [smbd(1, "earlier"), smbd(3, "NT_STATUS_OBJECT_NAME_NOT_FOUND"), smbd(9, "later")].join("\n");
    const made = logExcerpts({ "node1.smbd": log }, [{ fromMs: at(2), toMs: at(4) }]);
    expect(made).toContain("node1, smbd: 2 of 6 lines (nodes/node1.smbd.log)");
    expect(made).toContain("NT_STATUS_OBJECT_NAME_NOT_FOUND");
    expect(made).not.toMatch(/earlier|later/);
  });

  it("are of the time around each of several faults", () => {
    const log = [2, 4, 6, 8].map((second) => line(second, `at ${String(second)}`)).join("\n");
    const windows = [
      { fromMs: at(2), toMs: at(3) },
      { fromMs: at(8), toMs: at(9) },
    ];
    expect(logExcerpts({ node1: log }, windows)).toMatch(/2 of 4 lines[^]*at 2\n[^\n]*at 8<\/pre>/);
  });

  it("are the end of the log when there was no fault", () => {
    const log = Array.from({ length: 500 }, (_, i) => `line ${String(i)}`).join("\n");
    const made = logExcerpts({ node1: log }, undefined);
    expect(made).toContain("line 499");
    expect(made).not.toContain(`line ${String(499 - MAX_LINES)}\n`);
  });

  it("have a bounded number of lines of a bounded length, and say what they leave out", () => {
    const log = Array.from({ length: MAX_LINES + 20 }, (_, i) => line(3, `${String(i)} ${"y".repeat(9999)}`)).join(
      "\n",
    );
    const made = logExcerpts({ node1: log }, [{ fromMs: at(2), toMs: at(4) }]);
    expect(made).toContain("… 20 lines are left out here …");
    const lines = made.split("\n").filter((text) => text.includes("node1 "));
    for (const text of lines) expect(text.length).toBeLessThan(MAX_LINE + 60);
  });

  it("say so when a node was silent", () => {
    expect(logExcerpts({ node1: line(1, "before") }, [{ fromMs: at(2), toMs: at(4) }])).toContain("It logged nothing");
  });
});
