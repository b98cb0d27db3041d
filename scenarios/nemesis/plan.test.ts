import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planFaults } from "./plan.js";
import type { Declaration, PlannedFault } from "./plan.js";
import { countOf, takesOf, withNode } from "./takes.js";
import type { Takes } from "./takes.js";

const nodes = ["node1", "node2", "node3", "node4"];
const machines = { nodes, clients: ["laptop"] };
const takes = (args: unknown) => takesOf(args, machines);

const range = (least: number, most: number) =>
  fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most })).map((pair) => ({
    least: Math.min(...pair),
    most: Math.max(...pair),
  }));

const fault = fc.constantFrom<unknown>("any", "node2", "serving(dvd)", "laptop/public", ["any", "node3"], {
  process: "smbd",
  of: "dvd",
});

const declaration: fc.Arbitrary<Declaration> = fc.record({
  overMs: fc.integer({ min: 0, max: 60_000 }),
  every: range(100, 8000),
  lasting: range(0, 8000),
  down: fc.integer({ min: 2, max: 3 }),
  faults: fc.array(fault.map(takes), { minLength: 1, maxLength: 5 }),
});

const anyPlan = (judge: (plan: readonly PlannedFault[], declared: Declaration, seed: string) => void) => {
  fc.assert(
    fc.property(declaration, fc.string(), (declared, seed) => {
      judge(planFaults(declared, nodes, seed), declared, seed);
    }),
  );
};
const inForceAt = (plan: readonly PlannedFault[], atMs: number) =>
  plan.filter((one) => one.atMs <= atMs && atMs < one.atMs + one.forMs);

describe("a nemesis's schedule", () => {
  it("is a function of declaration, nodes and seed", () => {
    anyPlan((plan, declared, seed) => {
      expect(planFaults(structuredClone(declared), [...nodes], seed)).toEqual(plan);
    });
  });

  it("is another for another seed", () => {
    const declared: Declaration = {
      ...{ overMs: 60_000, every: { least: 1000, most: 5000 }, lasting: { least: 500, most: 900 }, down: 1 },
      faults: [takes("any"), takes("serving(dvd)")],
    };
    const plans = ["a", "b", "c", "d"].map((seed) => JSON.stringify(planFaults(declared, nodes, seed)));
    expect(new Set(plans).size).toBe(4);
    // This very schedule, for ever: a seed that was written down must go on meaning what it meant.
    expect(planFaults(declared, nodes, "a").slice(0, 2)).toMatchInlineSnapshot(`
      [
        {
          "atMs": 4630,
          "fault": 0,
          "forMs": 820,
          "node": "node1",
        },
        {
          "atMs": 8090,
          "fault": 0,
          "forMs": 570,
          "node": "node1",
        },
      ]
    `);
  });

  it("begins and heals every fault within its time, in order, each as long as declared", () => {
    anyPlan((plan, { overMs, lasting, every }) => {
      for (const [at, { atMs, forMs }] of plan.entries()) {
        expect(atMs).toBeGreaterThanOrEqual((plan[at - 1]?.atMs ?? 0) + every.least);
        expect(atMs + forMs).toBeLessThanOrEqual(overMs);
        expect(forMs).toBeGreaterThanOrEqual(lasting.least);
        expect(forMs).toBeLessThanOrEqual(lasting.most);
      }
    });
  });

  it("never has more nodes out than declared, and never two faults on a node it knows", () => {
    anyPlan((plan, { down, faults }) => {
      for (const { atMs } of plan) {
        const inForce = inForceAt(plan, atMs);
        const out = inForce.reduce((sum, one) => sum + countOf(faults[one.fault] as Takes), 0);
        expect(out).toBeLessThanOrEqual(down);
        const known = inForce.flatMap((one) => [...(faults[one.fault]?.named ?? []), one.node ?? []].flat());
        expect(new Set(known).size).toBe(known.length);
      }
    });
  });

  it("draws a node where one is wanted, and only there", () => {
    anyPlan((plan, { faults }) => {
      for (const one of plan) {
        expect(one.node !== null).toBe(faults[one.fault]?.drawn);
        if (one.node !== null) expect(nodes).toContain(one.node);
      }
    });
  });
});

describe("what a fault takes", () => {
  it.each([
    ["node2", { named: ["node2"], drawn: false, unknown: false }],
    ["all", { named: nodes, drawn: false, unknown: false }],
    ["any", { named: [], drawn: true, unknown: false }],
    ["serving(dvd)", { named: [], drawn: false, unknown: true }],
    [["any/public", "node1/private"], { named: ["node1"], drawn: true, unknown: false }],
    [
      { link: "serving(dvd)/public", down: 1000 },
      { named: [], drawn: false, unknown: true },
    ],
    [
      { process: "smbd", of: "dvd" },
      { named: [], drawn: false, unknown: true },
    ],
    ["laptop/public", { named: [], drawn: false, unknown: false }],
  ])("%j", (args, expected) => {
    expect(takes(args)).toEqual(expected);
  });

  it("has the drawn node in place of `any`, wherever that stands", () => {
    expect(withNode({ link: ["any/public", "node3/public"], down: 5 }, "node2")).toEqual({
      ...{ link: ["node2/public", "node3/public"], down: 5 },
    });
    expect(withNode("any", "node2")).toBe("node2");
    expect(withNode("many", "node2")).toBe("many");
    expect(withNode("serving(any)", "node2")).toBe("serving(any)");
  });
});
