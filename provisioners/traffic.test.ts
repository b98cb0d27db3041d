import { describe, expect, it } from "vitest";
import { queueing } from "./traffic.js";

describe("queueing", () => {
  it("limits a rate by tbf, which lets the largest segment pass", () => {
    expect(queueing({ rate: 1_000_000 }).join(" ")).toBe("tbf rate 8000000bit burst 131072 latency 100ms");
    expect(queueing({ rate: 100_000_000 })).toContain("1000000");
  });

  it("does the rest by netem", () => {
    const shape = { rate: 1000, delayMs: 20, loss: 0.001, corrupt: 0.0001, reorder: 0.25 };
    expect(queueing(shape).join(" ")).toBe("netem rate 8000bit delay 20ms loss 0.1% corrupt 0.01% reorder 25%");
  });

  it("of nothing is nothing", () => {
    expect(queueing({})).toEqual([]);
  });
});
