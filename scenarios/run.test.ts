import { describe, expect, it } from "vitest";
import { fakeClock } from "../core/clock.js";
import { InterruptedError, ToolError } from "../core/errors.js";
import { fakeRun } from "./fake-lab.fixture.js";
import { runScenario } from "./run.js";

const copy = "  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 1kB }\n";
const during = "    during:\n      - at: { copy: dvd, progress: 40% }\n        ";
const always = "always:\n  - exec: { on: node1, run: last }\n";
const broke = (message: string) => new ToolError({ code: "remote/timeout", message });
const failed = { exit: 1, stdout: "", stderr: "no such thing" };

describe("the steps of a run", () => {
  it("are run in order, those of `always` last", async () => {
    const { parts, calls, events } = fakeRun(`steps:\n  - exec: { on: node1, run: a }\n  - disable: node2\n${always}`);
    await runScenario(parts);
    expect(calls).toEqual(["exec node1 a", "disable node2", "enable node2", "exec node1 last"]);
    const titles = events.flatMap((event) => (event.type === "step.finished" ? [event.title] : []));
    expect(titles).toEqual(["exec on node1: a", "disable node2", "exec on node1: last"]);
  });

  it("go on after one that fails, and the verdict is fail", async () => {
    const { parts, calls } = fakeRun("steps:\n  - exec: { on: node1, run: a }\n  - exec: { on: node1, run: b }\n", {
      exec: (_node, command) => (command === "a" ? failed : { ...failed, exit: 0 }),
    });
    expect(await runScenario(parts)).toEqual({
      outcome: "fail",
      reasons: ["exec on node1: a: exit 1, expected 0: no such thing"],
    });
    expect(calls).toEqual(["exec node1 a", "exec node1 b"]);
  });

  it("end where the testbed breaks: the verdict is unknown, and `always` is run", async () => {
    const { parts, calls, events } = fakeRun(
      `steps:\n  - exec: { on: node1, run: a }\n  - exec: { on: node1, run: b }\n${always}`,
      { exec: (_node, command) => (command === "a" ? Promise.reject(broke("node1 hangs")) : { ...failed, exit: 0 }) },
    );
    const { outcome, reasons } = await runScenario(parts);
    expect(outcome).toBe("unknown");
    expect(reasons).toContain("testbed: node1 hangs");
    expect(calls).toEqual(["exec node1 a", "exec node1 last"]);
    expect(events).toContainEqual({ type: "failure", failure: { code: "remote/timeout", message: "node1 hangs" } });
  });

  it("prove their checks when asked to, and one that is unproven fails the run", async () => {
    const healthy = "steps:\n  - expect: { cluster: healthy }\n";
    const { parts, events } = fakeRun(healthy, { prove: true });
    expect(await runScenario(parts)).toEqual({ outcome: "pass", reasons: [] });
    expect(events).toContainEqual(expect.objectContaining({ type: "check.proven", check: "cluster", proven: true }));

    const broken = fakeRun(`steps:\n  - disable: node2\n  - expect: { cluster: healthy }\n`, { prove: true });
    expect((await runScenario(broken.parts)).reasons).toContain(
      "cluster is unproven: it did not pass in this run, so nothing shows that a defect would turn it red",
    );
    const late = `steps:
  - copy: { id: dvd, from: laptop, to: dvd/x, size: 1MiB }
    during: [{ at: { copy: dvd, progress: 40% }, disable: serving(dvd) }]
  - expect: { copy: dvd, failovers: 1 }
`;
    expect(await runScenario(fakeRun(late, { prove: true, reachesMarks: false }).parts)).toMatchObject({
      outcome: "unknown",
      reasons: expect.arrayContaining([expect.stringMatching(/^dvd: failovers is unproven: it did not pass/)]) as [],
    });
    const unasked = fakeRun(healthy);
    await runScenario(unasked.parts);
    expect(unasked.events.some(({ type }) => type === "check.proven")).toBe(false);
  });

  it("that judged nothing make no pass", async () => {
    const { parts } = fakeRun(`steps:\n  - disable: node2\n`);
    expect((await runScenario(parts)).outcome).toBe("unknown");
  });

  it("wait until a condition holds, and fail when it does not in time", async () => {
    let asked = 0;
    const until = "steps:\n  - until: { on: node1, run: up, within: 2s }\n";
    const third = fakeRun(until, { clock: fakeClock(), exec: () => ({ ...failed, exit: ++asked === 3 ? 0 : 1 }) });
    await runScenario(third.parts);
    expect(third.calls).toHaveLength(3);
    const never = fakeRun(until, { clock: fakeClock(), exec: () => failed });
    expect((await runScenario(never.parts)).reasons).toEqual(["until on node1: up: not within 2 s: exit 1"]);
  });

  it("wait for a healthy cluster until every node says so, not only one that was away", async () => {
    const until = "steps:\n  - until: { cluster: healthy, within: 2s }\n  - expect: { cluster: healthy }\n";
    const stale = fakeRun(until, {
      clock: fakeClock(),
      view: (node, { nodes, addresses }) => ({
        nodes:
          node === "node2" ? nodes.map((one) => ({ ...one, flags: one.pnn === 0 ? ["Disconnected"] : [] })) : nodes,
        addresses,
      }),
    });
    expect((await runScenario(stale.parts)).reasons).toEqual([
      "until the cluster is healthy: not within 2 s: node1 is Disconnected, says node2",
      expect.stringMatching(/^cluster: after .*: node1 is Disconnected, says node2$/) as string,
    ]);
    const healthy = fakeRun(until, { clock: fakeClock() });
    expect((await runScenario(healthy.parts)).outcome).toBe("pass");
  });
});

describe("faults", () => {
  it("are healed when a later step breaks the testbed, and before `always`", async () => {
    const { parts, calls, events } = fakeRun(
      `steps:\n  - disable: [node1, node2]\n  - exec: { on: node1, run: a }\n${always}`,
      { exec: (_node, command) => (command === "a" ? Promise.reject(broke("hangs")) : { ...failed, exit: 0 }) },
    );
    await runScenario(parts);
    expect(calls.slice(-3)).toEqual(["enable node1", "enable node2", "exec node1 last"]);
    expect(events).toContainEqual({ type: "fault.healed", fault: "disable", nodes: ["node1", "node2"] });
  });

  it("that only half happened are healed", async () => {
    const { parts, calls } = fakeRun("steps:\n  - disable: [node1, node2]\n", {
      disable: (node) => (node === "node2" ? Promise.reject(broke("refused")) : Promise.resolve()),
    });
    expect((await runScenario(parts)).outcome).toBe("unknown");
    expect(calls).toEqual(["disable node1", "disable node2", "enable node1", "enable node2"]);
  });

  it("that a step healed already are not healed again", async () => {
    const { parts, calls } = fakeRun("steps:\n  - disable: node1\n  - enable: all\n");
    await runScenario(parts);
    expect(calls).toEqual(["disable node1", "enable node1", "enable node2"]);
  });

  it("that cannot be healed make the verdict unknown, each with its reason, and `always` is run", async () => {
    const { parts, calls } = fakeRun(`steps:\n  - disable: node1\n  - disable: node2\n${always}`, {
      enable: (node) => Promise.reject(broke(`${node} does not come back`)),
    });
    const { reasons } = await runScenario(parts);
    expect(reasons).toEqual(["testbed: node2 does not come back", "testbed: node1 does not come back"]);
    expect(calls.at(-1)).toBe("exec node1 last");
  });

  it("are healed and `always` is run when the run is interrupted, which is then thrown", async () => {
    const { parts, calls, interrupt } = fakeRun(
      `steps:\n  - disable: node1\n  - exec: { on: node1, run: a }\n  - exec: { on: node1, run: b }\n${always}`,
      {
        exec: (_node, command) => {
          if (command === "a") interrupt.abort(new InterruptedError("SIGINT"));
          return { ...failed, exit: 0 };
        },
      },
    );
    await expect(runScenario(parts)).rejects.toThrow("interrupted by SIGINT");
    expect(calls).toEqual(["disable node1", "exec node1 a", "enable node1", "exec node1 last"]);
  });

  it("tell whether they hit the node that serves a copy, and which copy", async () => {
    const { parts, events } = fakeRun(`steps:\n${copy}${during}disable: serving(dvd)\n`);
    await runScenario(parts);
    expect(events).toContainEqual({
      ...{ type: "fault.started", fault: "disable", nodes: ["node1"] },
      ...{ serving: true, why: "node1 serves dvd" },
    });
  });

  it("tell when they hit a bystander", async () => {
    const { parts, events } = fakeRun(`steps:\n${copy}${during}disable: node2\n`);
    await runScenario(parts);
    expect(events.find((event) => event.type === "fault.started")).toMatchObject({
      ...{ serving: false, why: "node2 serves no running copy" },
    });
  });
});

describe("a copy", () => {
  const judged = `${copy}  - expect: { copy: dvd, content: identical }\n`;

  it("whose content is the same everywhere passes, read back from each node and the store", async () => {
    const { parts, calls } = fakeRun(`steps:\n${judged}`);
    expect(await runScenario(parts)).toEqual({ outcome: "pass", reasons: [] });
    expect(calls).toEqual(["read back from node1", "read back from node2", "read back from store"]);
  });

  it("whose content differs in one place fails", async () => {
    const mismatch = { offset: 7, class: "zero", detail: "64 KiB of zeros" };
    const { parts } = fakeRun(`steps:\n${judged}`, {
      readBack: { bytes: 1000, seconds: 1, md5: "other", sha256: "s", mismatch, gaps: [] },
    });
    const { outcome, reasons } = await runScenario(parts);
    expect(outcome).toBe("fail");
    expect(reasons.join()).toContain("first bad byte at offset 7 (zero)");
  });

  it("that was over before its fault came makes the verdict unknown", async () => {
    const { parts } = fakeRun(`steps:\n${copy}${during}disable: serving(dvd)\n`, { reachesMarks: false });
    const { outcome, reasons } = await runScenario(parts);
    expect(outcome).toBe("unknown");
    expect(reasons).toContain("disable serving(dvd): the copy ended before this step's moment came");
  });

  it("whose capture saw nothing has no grade, whatever its client says", async () => {
    const { parts } = fakeRun(`steps:\n${copy}${during}disable: serving(dvd)\n  - expect: { copy: dvd, grade: G4 }\n`);
    const { outcome, reasons } = await runScenario(parts);
    expect(outcome).toBe("unknown");
    expect(reasons.join()).toContain("no packet capture");
  });

  it("that is held is used again when its block is done, and tried from outside while it is held", async () => {
    const hold = "hold: { id: h, client: laptop, file: dvd/h, locks: [{ offset: 0B, length: 1kB }] }";
    const during = "during:\n      - at: { copy: h, progress: 50% }\n        exec: { on: node1, run: a }";
    const { parts, calls, events } = fakeRun(`steps:\n  - ${hold}\n    ${during}\n`);
    await runScenario(parts);
    expect(calls).toEqual(["exec node1 a", "use the handle", "contend at 10.90.2.102"]);
    expect(events).toContainEqual(expect.objectContaining({ type: "copy.contended", copy: "h" }));
  });

  it("that is read is written first, where no workload has, and else read as it was written", async () => {
    const read = "  - read: { id: again, to: laptop, from: dvd/dvd.iso, size: 1kB }\n";
    const alone = fakeRun(`steps:\n${read}`);
    await runScenario(alone.parts);
    expect(alone.calls).toEqual(["put dvd/dvd.iso"]);
    const after = fakeRun(`steps:\n${copy}${read}  - expect: { copy: again, content: identical }\n`);
    expect(await runScenario(after.parts)).toEqual({ outcome: "pass", reasons: [] });
    expect(after.calls[0]).toBe("read back from node1");
  });

  it("that is read with another size than it was written makes the verdict unknown", async () => {
    const read = "  - read: { id: again, to: laptop, from: dvd/dvd.iso, size: 2kB }\n";
    const { parts } = fakeRun(`steps:\n${copy}${read}`);
    expect(await runScenario(parts)).toMatchObject({
      outcome: "unknown",
      reasons: ["read from dvd/dvd.iso to laptop: dvd/dvd.iso has the 1000 bytes of dvd, not 2000"],
    });
  });

  it("that fails at the client fails the run", async () => {
    const { parts } = fakeRun(`steps:\n${judged}`, {
      ends: () => Promise.resolve({ ok: false, stage: "write", status: "0xC000007F", message: "disk full" }),
    });
    const { outcome, reasons } = await runScenario(parts);
    expect(outcome).toBe("fail");
    expect(reasons).toContain("copy from laptop to dvd/dvd.iso: the copy failed at write: disk full");
  });

  it("that fails as it was expected to does not fail the run by that; what is not known of it still counts", async () => {
    const error = { ok: false, stage: "write", status: "", message: "disk full" } as const;
    const run = (grade: string) =>
      runScenario(
        fakeRun(`steps:\n${copy}  - expect: { copy: dvd, grade: ${grade} }\n`, { ends: () => Promise.resolve(error) })
          .parts,
      );
    const failure = "copy from laptop to dvd/dvd.iso: the copy failed at write: disk full";
    expect((await run("G0")).reasons.filter((reason) => reason === failure)).toEqual([]);
    expect((await run("{ persistent: G0 }")).reasons.filter((reason) => reason === failure)).toEqual([]);
    expect((await run("G4")).reasons).toContain(failure);
  });

  it("is stopped, and its faults healed, when a step of its block breaks the testbed", async () => {
    const { parts, calls } = fakeRun(`steps:\n${copy}${during}disable: serving(dvd)\n`, {
      disable: () => Promise.reject(broke("CTDB hangs")),
      ends: () => new Promise(() => undefined),
    });
    expect((await runScenario(parts)).reasons).toContain("testbed: CTDB hangs");
    expect(calls).toEqual(["disable node1", "stop copy", "enable node1"]);
  });

  it("is stopped when the run is interrupted", async () => {
    const { parts, calls, interrupt } = fakeRun(`steps:\n${copy}${during}exec: { on: node1, run: a }\n`, {
      ends: () => new Promise(() => undefined),
      exec: () => {
        interrupt.abort(new InterruptedError("SIGTERM"));
        return { ...failed, exit: 0 };
      },
    });
    await expect(runScenario(parts)).rejects.toThrow("interrupted by SIGTERM");
    expect(calls).toContain("stop copy");
  });
});
