import { describe, expect, it } from "vitest";
import type { Outcome } from "../core/event.js";
import { bisect, repeatsFor } from "./bisect.js";

const versions = ["4.17", "4.20", "4.22", "4.23", "4.24", "4.25"];

/** Versions from one on fail in every n-th run; gives what was run as well. */
async function found(firstBad: string, every = 1, other: Partial<Record<string, Outcome>> = {}) {
  const tried: string[] = [];
  const ended = await bisect(versions, (version) => {
    tried.push(version);
    const isBad = versions.indexOf(version) >= versions.indexOf(firstBad);
    const nth = tried.filter((one) => one === version).length;
    return Promise.resolve(other[version] ?? (isBad && nth % every === 0 ? "fail" : "pass"));
  });
  return { ended, tried };
}

describe("a bisection", () => {
  it.each(versions.slice(1))("finds that %s is the first that fails", async (version) => {
    const { ended } = await found(version);
    const good = versions[versions.indexOf(version) - 1];
    expect(ended).toEqual({ found: { good, bad: version, failing: 1, repeats: 1 } });
  });

  it("repeats what fails now and then as often as its rate asks", async () => {
    const { ended, tried } = await found("4.23", 2);
    expect(ended).toEqual({ found: { good: "4.22", bad: "4.23", failing: 0.4, repeats: 6 } });
    expect(tried.filter((version) => version === "4.17").length).toBe(6);
    expect(tried.filter((version) => version === "4.23").length).toBe(2);
    expect([1, 0.5, 0.2, 0.01].map(repeatsFor)).toEqual([1, 5, 14, 20]);
  });

  it("is refused between ends that are alike, and where nothing is proven", async () => {
    expect((await found("none", 1, { "4.25": "pass" })).ended).toMatchObject({
      why: expect.stringMatching(/4\.25 did not fail|4\.17 is bad/) as string,
    });
    expect((await found("4.17")).ended).toEqual({ why: "4.17 is bad, not good" });
    expect((await found("4.25", 1, { "4.25": "unknown" })).ended).toMatchObject({
      why: "4.25 did not fail in 2 runs: it is not bad",
    });
  });

  it("passes over what proves nothing, once, and names what it could not tell apart", async () => {
    const { ended, tried } = await found("4.24", 1, { "4.22": "unknown" });
    expect(ended).toMatchObject({ found: { good: "4.23", bad: "4.24" } });
    expect(tried.filter((version) => version === "4.22")).toHaveLength(1);
    expect((await found("4.23", 1, { "4.22": "unknown" })).ended).toEqual({
      why: "nothing was proven of 4.22, which lies between 4.20 (good) and 4.23 (bad)",
    });
    expect((await found("4.24", 1, { "4.20": "unknown", "4.22": "unknown", "4.23": "unknown" })).ended).toEqual({
      why: "nothing was proven of 4.20, 4.22, 4.23, which lie between 4.17 (good) and 4.24 (bad)",
    });
  });
});
