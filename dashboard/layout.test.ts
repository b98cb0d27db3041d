import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "./layout.js";

const upTo = (max: number) => fc.integer({ min: 0, max });
const wanted = fc.record({
  ...{ nodes: upTo(16), copies: upTo(4), transfers: upTo(6), failover: upTo(12), checks: upTo(30), overlay: upTo(12) },
});

describe("the layout", () => {
  it("never is as high as the terminal, nor wider than it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 400 }), fc.integer({ min: 12, max: 120 }), wanted, (columns, rows, of) => {
        const layout = layoutOf({ columns, rows }, of);
        const { cluster, copies, transfers, failover, checks, tail } = layout;
        const right = copies.reduce((a, b) => a + b, transfers);
        const left = cluster + failover + checks;
        const body = (layout.wide ? Math.max(left, right) : left + right) + tail;
        expect(body).toBeLessThanOrEqual(layout.height - 3);
        expect(layout.height).toBe(rows - 1);
        expect(layout.columns).toBe(columns);
        if (layout.wide) expect(layout.leftWidth + 2 + layout.rightWidth).toBe(columns);
      }),
    );
  });

  it("shows all of a small cluster, the fault and a graph on 80×24", () => {
    const of = { nodes: 3, copies: 1, transfers: 0, failover: 5, checks: 0, overlay: 0 };
    const { wide, cluster, failover, copies, tail } = layoutOf({ columns: 80, rows: 24 }, of);
    expect({ wide, cluster, failover, copies }).toEqual({ wide: false, cluster: 4, failover: 6, copies: [6] });
    expect(tail).toBeGreaterThanOrEqual(4);
  });

  it("puts copies beside the cluster from 120 columns on", () => {
    const of = { nodes: 3, copies: 1, transfers: 0, failover: 0, checks: 0, overlay: 0 };
    expect(layoutOf({ columns: 120, rows: 40 }, of).wide).toBe(true);
    expect(layoutOf({ columns: 119, rows: 40 }, of).wide).toBe(false);
  });
});
