import { describe, expect, it } from "vitest";
import { MAX_POINTS, ratesOf } from "./rates.js";

const steady = (count: number) => Array.from({ length: count }, (_, i) => ({ atMs: i * 100, acked: i * 100_000 }));

describe("speed over time", () => {
  it("is what the samples say", () => {
    const rates = ratesOf(steady(11), { fromMs: 0, toMs: 1000 });
    expect(rates).toHaveLength(10);
    for (const { rate } of rates) expect(rate).toBeCloseTo(1e6);
  });

  it("has a bounded number of points, and loses no byte by that", () => {
    const samples = steady(100_000);
    const gaps = Array.from({ length: 1000 }, (_, i) => ({ fromMs: i * 5000, toMs: i * 5000 + 200 }));
    const rates = ratesOf(samples, { fromMs: 0, toMs: 1e7 }, gaps);
    expect(rates.length).toBeLessThanOrEqual(MAX_POINTS);
    const bytes = rates.reduce((sum, { rate, fromMs, toMs }) => sum + (rate * (toMs - fromMs)) / 1000, 0);
    expect(bytes).toBeCloseTo(99_999 * 100_000, -2);
  });

  it("is zero in a gap, from its first to its last moment, and nowhere else", () => {
    const samples = [
      { atMs: 0, acked: 0 },
      { atMs: 333, acked: 333 },
      { atMs: 777, acked: 333 },
      { atMs: 1000, acked: 1000 },
    ];
    const rates = ratesOf(samples, { fromMs: 0, toMs: 1000 }, [{ fromMs: 333, toMs: 777 }]);
    const still = rates.filter(({ rate }) => rate === 0);
    expect(still[0]?.fromMs).toBe(333);
    expect(still.at(-1)?.toMs).toBeCloseTo(777);
    expect(still.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)).toBeCloseTo(444);
  });

  it("has no peak where a single acknowledgement came between two gaps", () => {
    const samples = [
      { atMs: 0, acked: 0 },
      { atMs: 500, acked: 50e6 },
      { atMs: 900, acked: 50e6 },
      { atMs: 900.02, acked: 51e6 },
      { atMs: 1400, acked: 51e6 },
      { atMs: 2000, acked: 111e6 },
    ];
    const gaps = [
      { fromMs: 500, toMs: 900 },
      { fromMs: 900.02, toMs: 1400 },
    ];
    const rates = ratesOf(samples, { fromMs: 0, toMs: 2000 }, gaps);
    expect(Math.max(...rates.map(({ rate }) => rate))).toBeCloseTo(100e6, -1);
    expect(rates.find(({ fromMs }) => fromMs === 900)?.rate).toBeCloseTo(10e6, -1);
  });

  it("claims nothing where nothing was measured", () => {
    expect(ratesOf([], { fromMs: 0, toMs: 1000 })).toEqual([]);
    const rates = ratesOf(steady(6), { fromMs: -1000, toMs: 5000 });
    expect([rates[0]?.fromMs, rates.at(-1)?.toMs]).toEqual([0, 500]);
  });
});
