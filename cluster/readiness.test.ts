import { describe, expect, test } from "vitest";
import { keepsAddresses, unsettled } from "./readiness.js";
import type { NodeFlag } from "./state.js";

const nodes = (...flags: NodeFlag[][]) =>
  flags.map((each, pnn) => ({ pnn, privateAddress: "10.0.0.1", flags: each, asked: pnn === 0 }));
const held = (...pnns: (number | null)[]) => pnns.map((pnn, i) => ({ address: `10.0.0.10${String(i)}`, pnn }));

describe("addresses have settled", () => {
  test.each([
    ["one each", nodes([], [], []), held(2, 0, 1)],
    ["as many as there are", nodes([], [], []), held(2)],
    ["as even as can be", nodes([], []), held(0, 1, 0)],
    ["all on the only node that is OK", nodes([], ["Disabled"]), held(0, 0, 0)],
  ])("when nodes hold %s", (_name, now, addresses) => {
    expect(unsettled(now, addresses, false)).toBeUndefined();
  });

  test("wherever they are, when the cluster never spreads them", () => {
    expect(unsettled(nodes([], []), held(0, 0), true)).toBeUndefined();
  });
});

describe("addresses have not settled", () => {
  test("while nobody holds one of them", () => {
    expect(unsettled(nodes([]), held(0, null), true)).toBe("nobody holds 10.0.0.101");
  });
  test("while the first healthy node holds them all", () => {
    expect(unsettled(nodes([], [], []), held(1, 1, 1), false)).toBe("pnn 1 holds 3 addresses and pnn 0 0 addresses");
  });
  test("while CTDB tells of none", () => {
    expect(unsettled(nodes([]), [], false)).toBe("CTDB knows no public address");
  });
});

test.each([
  [{}, false],
  [{ NoIPFailback: 0, IPAllocAlgorithm: 2 }, false],
  [{ noipfailback: 1 }, true],
  [{ IPAllocAlgorithm: 0 }, true],
])("the tunables %j keep addresses where they are: %s", (tunables, keeps) => {
  expect(keepsAddresses(tunables)).toBe(keeps);
});
