import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Phase } from "../../core/event.js";
import { layPhases } from "./phase-layout.js";
import type { Milestone } from "./phase-layout.js";
import { doubtsAboutPhases, TOLERANCE_MS } from "./phase-sum.js";
import { PHASES } from "./phases.js";

const epoch = 1_795_462_268_265;
const moment = fc.option(fc.double({ min: epoch - 500, max: epoch + 1_500, noNaN: true }));
const laid = fc
  .record({ moments: fc.tuple(...PHASES.map(() => moment)), stallMs: fc.double({ min: 0, max: 900, noNaN: true }) })
  .map(({ moments, stallMs }) => {
    const milestones = PHASES.map((name, at): Milestone => {
      return { name, atMs: moments[at] ?? null, evidence: "", by: at < 4 ? "cluster" : "client" };
    });
    return { phases: layPhases(milestones, epoch, epoch + stallMs), fromMs: epoch, stallMs };
  });
const beyond = fc.double({ min: TOLERANCE_MS + 0.1, max: 5_000, noNaN: true });

/** One phase ends later, and whether those after it move with it. */
function longer(phases: readonly Phase[], which: number, byMs: number, others: boolean): Phase[] {
  return phases.map((phase, at) => {
    if (at === which) return { ...phase, toMs: phase.toMs + byMs };
    return at > which && others ? { ...phase, fromMs: phase.fromMs + byMs, toMs: phase.toMs + byMs } : phase;
  });
}

describe("the phases of a stall", () => {
  it("are in no doubt however they were laid, and whatever was seen", () => {
    fc.assert(
      fc.property(laid, fc.double({ min: -9.9, max: 9.9, noNaN: true }), (report, offMs) => {
        expect(doubtsAboutPhases(report, report.stallMs + offMs)).toEqual([]);
      }),
    );
  });

  it("are in doubt when they sum to more than the stall, by more than 10 ms", () => {
    fc.assert(
      fc.property(laid, beyond, fc.nat(), fc.boolean(), (report, byMs, which, others) => {
        const phases = longer(report.phases, which % report.phases.length, byMs, others);
        expect(doubtsAboutPhases({ ...report, phases }, report.stallMs).join()).toMatch(/sum to/);
      }),
    );
  });

  it("are in doubt when one is missing that took more than 10 ms", () => {
    fc.assert(
      fc.property(laid, fc.nat(), (report, which) => {
        const gone = report.phases[which % report.phases.length]!;
        fc.pre(gone.toMs - gone.fromMs > TOLERANCE_MS);
        const phases = report.phases.filter((phase) => phase !== gone);
        expect(doubtsAboutPhases({ ...report, phases }, report.stallMs)).not.toEqual([]);
      }),
    );
  });

  it("are in doubt when the client tells of another gap", () => {
    fc.assert(
      fc.property(laid, beyond, (report, byMs) => {
        expect(doubtsAboutPhases(report, report.stallMs + byMs).join()).toMatch(/^the client went on after/);
      }),
    );
  });

  it("are in no doubt where there are none", () => {
    expect(doubtsAboutPhases({ phases: null, reason: "no end" }, undefined)).toEqual([]);
  });
});
