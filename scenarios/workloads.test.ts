import { describe, expect, it } from "vitest";
import { spec } from "../lab/lab.fixture.js";
import { fakeRun } from "./fake-lab.fixture.js";
import { checkScenario, readScenario } from "./load.js";
import { runScenario } from "./run.js";

const server = "server-copy: { id: s, client: laptop, from: dvd/a, to: dvd/b, size: 1kB }";
const judged = (id: string) => `  - expect: { copy: ${id}, content: identical }\n`;
const complaints = (step: string) =>
  checkScenario(readScenario("w.yaml", `name: w\ntopology: sim\nsteps:\n  - ${step}\n`), spec).map(({ code }) => code);

describe("a server-side copy", () => {
  it("has its source written first, and is then compared with it", async () => {
    const { parts, calls } = fakeRun(`steps:\n  - ${server}\n${judged("s")}`);
    expect(await runScenario(parts)).toEqual({ outcome: "pass", reasons: [] });
    expect(calls[0]).toBe("put dvd/a");
  });

  it("takes what an earlier workload left under its last name", async () => {
    const rename = "rename: { id: r, client: laptop, file: dvd/a, times: 3, size: 1kB }";
    const copied = server.replace("dvd/a", "dvd/a.3");
    const { parts, calls } = fakeRun(`steps:\n  - ${rename}\n  - ${copied}\n${judged("s")}`);
    expect(await runScenario(parts)).toEqual({ outcome: "pass", reasons: [] });
    expect(calls[0]).toMatch(/^read back/);
  });

  it("is refused from another share", () => {
    expect(complaints(server)).toEqual([]);
    expect(complaints(server.replace("dvd/a", "cd/a"))).toEqual(["scenario/other-share"]);
  });
});

describe("an FSCTL", () => {
  const trim = (answer: string) => `  - fsctl: { client: laptop, file: dvd/a, ask: trim, answer: ${answer} }\n`;

  it("passes when the answer is the one that is wanted, and fails when it is another", async () => {
    const { parts } = fakeRun(`steps:\n${trim("INVALID_DEVICE_REQUEST")}`);
    expect(await runScenario(parts)).toEqual({ outcome: "pass", reasons: [] });
    const other = fakeRun(`steps:\n${trim("INVALID_DEVICE_REQUEST")}`, { fsctl: "0x00000000 NT_STATUS_OK" });
    expect(await runScenario(other.parts)).toEqual({
      outcome: "fail",
      reasons: ["fsctl trim: 0x00000000 NT_STATUS_OK, expected INVALID_DEVICE_REQUEST"],
    });
  });

  it.each(["INVALID_DEVICE_REQUEST", "OK"])("whose answer %s is wanted is proven", async (answer) => {
    const status = `0x00000000 NT_STATUS_${answer}`;
    const { parts, events } = fakeRun(`steps:\n${trim(answer)}`, { fsctl: status, prove: true });
    expect(await runScenario(parts)).toEqual({ outcome: "pass", reasons: [] });
    expect(events.find(({ type }) => type === "check.proven")).toMatchObject({
      ...{ check: "fsctl trim", proven: true },
      reason: "turned red with 2 planted defects: the server answers otherwise; nobody can ask",
    });
  });

  it("is refused for a client or share that is not there", () => {
    const step = "fsctl: { client: lap, file: cd/a, ask: trim, answer: OK }";
    expect(complaints(step)).toEqual(["scenario/unknown-client", "scenario/unknown-share"]);
  });
});

describe("many files", () => {
  it("are compared file by file, by every node and in the store", async () => {
    const step = "files: { id: f, from: laptop, to: dvd/photos, count: 10, size: 100B }";
    const { parts, calls } = fakeRun(`steps:\n  - ${step}\n${judged("f")}`);
    expect(await runScenario(parts)).toEqual({ outcome: "pass", reasons: [] });
    expect(calls).toEqual(["read back from node1", "read back from node2", "read back from store"]);
  });
});
