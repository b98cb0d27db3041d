import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readCtdbLog } from "./log.js";

function log(file: string): string {
  return readFileSync(new URL(`fixtures/${file}.log`, import.meta.url), "utf8");
}

/** All nodes' facts about one `ctdb disable` under a client's connection, in order of time. */
function disable(samba: string) {
  return [1, 2, 3]
    .flatMap((n) => readCtdbLog(log(`${samba}-disable-node${String(n)}`), `node${String(n)}`))
    .sort((a, b) => a.atMs - b.atMs);
}

describe.each(["4.17", "4.22", "4.24", "4.25"])("the log of CTDB of Samba %s", (samba) => {
  const facts = disable(samba);
  const find = (what: string) => facts.find((fact) => fact.what === what);

  test("tells that the address went from the disabled node to another one", () => {
    expect(find("disabled")?.node).toBe(find("released")?.node);
    expect(find("released")).toMatchObject({ address: "10.89.2.101" });
    expect(find("taken")).toMatchObject({ address: "10.89.2.101" });
    expect(find("taken")?.node).not.toBe(find("released")?.node);
  });

  test("tells it in the order in which it happened", () => {
    const order = ["disabled", "takeover-run-started", "released", "taken", "takeover-run-finished"];
    const times = order.map((what) => find(what)?.atMs ?? NaN);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});

test.each([
  ["4.17", true],
  // Bug 15994: 4.20 to 4.22 forget the connections of an address they release, and tickle nobody.
  ["4.22", false],
  ["4.24", true],
  ["4.25", true],
])("Samba %s tickles the client of a moved address: %s", (samba, tickles) => {
  const tickled = disable(samba).filter(({ what }) => what === "tickled");
  expect(tickled.length > 0).toBe(tickles);
  for (const fact of tickled) expect(fact.address).toBe("10.89.2.101");
});

test("a dead node and the recovery after it are told", () => {
  const kinds = readCtdbLog(log("4.25-faults-node1"), "node1").map(({ what }) => what);
  const dead = kinds.indexOf("node-dead");
  expect(dead).toBeGreaterThan(-1);
  expect(kinds.slice(dead)).toEqual(expect.arrayContaining(["recovery-started", "recovery-finished", "taken"]));
});

test("a node that is stopped, then banned, is told with the address it dropped", () => {
  const facts = readCtdbLog(log("4.25-faults-node2"), "node2");
  const [stopped, released] = facts;
  expect(stopped).toMatchObject({ what: "stopped", node: "node2" });
  expect(released).toMatchObject({ what: "released", address: "10.89.2.102" });
  expect(facts.map(({ what }) => what)).toContain("banned");
});

describe("a line", () => {
  const own = "2026-11-23T19:58:56.986956+00:00 node1 ctdbd[8]: ";

  test("has CTDB's own time, to the microsecond", () => {
    const [fact] = readCtdbLog(`${own}Disable node`, "node1");
    expect(fact?.atMs).toBeCloseTo(Date.UTC(2026, 10, 23, 19, 58, 56) + 986.956, 3);
  });

  test("may have the engine's time before it, which does not count", () => {
    const [fact] = readCtdbLog(`2026-11-23T19:58:57.287151793Z ${own}Disable node\n`, "node1");
    expect(fact?.atMs).toBeCloseTo(Date.UTC(2026, 10, 23, 19, 58, 56) + 986.956, 3);
  });

  test.each([
    ["that a command was refused", `${own}Takeover of IP 10.0.0.1/24 rejected update is in progress`],
    ["of another program", "2026-11-23T19:58:56.986956+00:00 node1 smbd[8]: Disable node"],
    ["without a time", "Disable node"],
    ["that was cut off", "19:58:56.986956+00:00 node1 ctdbd[8]: Disable node"],
  ])("%s is no fact", (_name, line) => {
    expect(readCtdbLog(line, "node1")).toEqual([]);
  });
});
