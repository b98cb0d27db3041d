import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PhaseName } from "../../core/event.js";
import { layPhases } from "./phase-layout.js";
import type { Milestone } from "./phase-layout.js";

const cluster = (name: PhaseName, atMs: number | null): Milestone => ({ name, atMs, evidence: name, by: "cluster" });
const client = (name: PhaseName, atMs: number | null): Milestone => ({ name, atMs, evidence: name, by: "client" });

const lengths = (milestones: readonly Milestone[]) =>
  layPhases(milestones, 100, 200).map(({ name, fromMs, toMs }) => `${name} ${String(toMs - fromMs)}`);

describe("phases", () => {
  it("lie end to end", () => {
    expect(
      lengths([cluster("release", 110), cluster("takeover", 150), client("connect", 160), client("first-write", 200)]),
    ).toEqual(["release 10", "takeover 40", "connect 10", "first-write 40"]);
  });

  it("whose end was not seen go to the next one, which says so", () => {
    const phases = layPhases(
      [cluster("release", null), cluster("takeover", 150), client("first-write", 200)],
      100,
      200,
    );
    expect(phases).toMatchObject([
      { name: "takeover", fromMs: 100, toMs: 150, evidence: "takeover; includes release (release)" },
      { name: "first-write", fromMs: 150, toMs: 200 },
    ]);
  });

  it("whose end came before they could begin have no length and say by how much", () => {
    const phases = layPhases([cluster("takeover", 150), cluster("notice", 130), client("first-write", 200)], 100, 200);
    expect(phases[1]).toMatchObject({ fromMs: 150, toMs: 150 });
    expect(phases[1]?.evidence).toContain("20.0 ms before this phase could begin");
  });

  it("do not wait for what came after the client had gone on elsewhere", () => {
    expect(
      lengths([cluster("release", 110), cluster("takeover", 180), client("connect", 130), client("first-write", 200)]),
    ).toEqual(["release 10", "connect 20", "first-write 70"]);
  });

  it("leave out what came after the stall", () => {
    expect(lengths([cluster("release", 110), client("session", 230), client("first-write", 200)])).toEqual([
      "release 10",
      "first-write 90",
    ]);
  });

  it("are contiguous, never negative, and sum to the stall exactly, whatever was seen", () => {
    const epoch = 1_795_462_268_265;
    const moment = fc.option(fc.double({ min: epoch - 500, max: epoch + 1_500, noNaN: true }));
    const names: PhaseName[] = [
      "release",
      "takeover",
      "announce",
      "notice",
      "connect",
      "session",
      "reclaim",
      "first-write",
    ];
    fc.assert(
      fc.property(
        fc.tuple(...names.map(() => moment)),
        fc.double({ min: 0, max: 900, noNaN: true }),
        (moments, stallMs) => {
          const toMs = epoch + stallMs;
          const milestones = names.map((name, index) => (index < 4 ? cluster : client)(name, moments[index] ?? null));
          const phases = layPhases(milestones, epoch, toMs);
          expect(phases[0]?.fromMs).toBe(epoch);
          expect(phases.at(-1)).toMatchObject({ name: "first-write", toMs });
          for (const [index, phase] of phases.entries()) {
            expect(phase.toMs).toBeGreaterThanOrEqual(phase.fromMs);
            if (index > 0) expect(phase.fromMs).toBe(phases[index - 1]?.toMs);
          }
          expect(phases.reduce((sum, { fromMs, toMs: end }) => sum + (end - fromMs), 0)).toBe(toMs - epoch);
        },
      ),
    );
  });
});
