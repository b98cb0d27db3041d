import { describe, expect, it } from "vitest";
import { verdictOf } from "./verdict.js";

const good = { what: "content", outcome: "pass", reason: "equal" } as const;
const bad = { what: "grade", outcome: "fail", reason: "G2" } as const;
const unsure = { what: "stall", outcome: "unknown", reason: "not measured" } as const;

describe("the verdict", () => {
  it("is pass when all that was judged passed", () => {
    expect(verdictOf([good], [])).toEqual({ outcome: "pass", reasons: [] });
  });

  it("is fail as soon as one check failed, and says what else is unknown", () => {
    expect(verdictOf([good, unsure, bad], [])).toEqual({
      outcome: "fail",
      reasons: ["grade: G2", "stall: not measured"],
    });
  });

  it("is unknown when anything is unknown", () => {
    expect(verdictOf([good, unsure], [])).toEqual({ outcome: "unknown", reasons: ["stall: not measured"] });
  });

  it("is unknown when the testbed broke, though every check passed", () => {
    expect(verdictOf([good], ["the engine died"])).toEqual({
      outcome: "unknown",
      reasons: ["testbed: the engine died"],
    });
  });

  it("is unknown when nothing was judged", () => {
    expect(verdictOf([], []).outcome).toBe("unknown");
  });
});
