import { describe, expect, it } from "vitest";
import { ToolError } from "../core/errors.js";
import { spec } from "../lab/lab.fixture.js";
import type { RunContext } from "./scenario.js";
import { CopyRun } from "./copy-run.js";
import { loadScenario } from "./load.js";
import { checkTarget, describeTarget, resolveTarget } from "./targets.js";
import { withSize } from "./with-size.js";

/** As much of a run as targets ask for: a copy, and who holds the address that its client is connected to. */
function during(address: string | undefined, holder: string | undefined): RunContext {
  const payload = { seed: "0", run: "r", sizeBytes: 10 };
  const copy = new CopyRun({ id: "dvd", client: "laptop", share: "dvd", path: "dvd.iso", payload });
  copy.address = address;
  const cluster = { holderOf: (asked: string) => Promise.resolve(asked === address ? holder : undefined) };
  return { spec, copies: new Map([["dvd", copy]]), cluster } as unknown as RunContext;
}

describe("a target", () => {
  it("is a node, a list of nodes, or all of them, each once", async () => {
    const context = during("10.90.2.101", "node2");
    expect(await resolveTarget("node1", context)).toEqual(["node1"]);
    expect(await resolveTarget("all", context)).toEqual(["node1", "node2"]);
    expect(await resolveTarget(["node2", "serving(dvd)", "all"], context)).toEqual(["node2", "node1"]);
  });

  it("may be the node that serves a copy at that moment", async () => {
    expect(await resolveTarget("serving(dvd)", during("10.90.2.101", "node2"))).toEqual(["node2"]);
  });

  it.each([
    ["its client is not connected", undefined, undefined],
    ["nobody holds 10.90.2.101", "10.90.2.101", undefined],
  ])("is an error of the testbed when nobody serves: %s", async (why, address, holder) => {
    const failed = resolveTarget("serving(dvd)", during(address, holder));
    await expect(failed).rejects.toThrow(ToolError);
    await expect(failed).rejects.toThrow(why);
  });

  it("is refused where it names what does not exist, each at its place", () => {
    const scope = { spec, copies: ["dvd"], kernel: { netem: undefined } };
    expect(checkTarget(["node1", "nod2", "serving(cd)"], scope).map(({ path, code }) => [path, code])).toEqual([
      [[1], "scenario/unknown-node"],
      [[2], "scenario/unknown-copy"],
    ]);
    expect(checkTarget(["all", "serving(dvd)"], scope)).toEqual([]);
  });

  it("is described as it was written", () => {
    expect(describeTarget(["node1", "serving(dvd)"])).toBe("node1, serving(dvd)");
  });
});

describe("another size", () => {
  it("is that of every copy, and changes nothing else", () => {
    const { scenario } = loadScenario("redmond-failover", "/");
    const small = withSize(scenario, 1e6);
    expect(small.steps[0]?.args).toEqual({ ...(scenario.steps[0]?.args as object), size: 1e6 });
    expect(small.steps.slice(1)).toEqual(scenario.steps.slice(1));
    expect(small.steps[0]?.during).toEqual(scenario.steps[0]?.during);
  });

  it("is not that of many small files, whose number is what counts", () => {
    const { scenario } = loadScenario("many-files", "/");
    expect(withSize(scenario, 1e6).steps).toEqual(scenario.steps);
  });
});
