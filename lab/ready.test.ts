import { describe, expect, test } from "vitest";
import { ToolError } from "../core/errors.js";
import type { FakeProgram } from "../provisioners/fake/programs.js";
import { FakeWorld } from "../provisioners/fake/world.js";
import { parseRound } from "./follow-cluster.js";
import { command, spec } from "./lab.fixture.js";
import { awaitReady } from "./ready.js";
import { up } from "./up.js";

const header = "|Node|IP|Disconnected|Unknown|Banned|Disabled|Unhealthy|Stopped|Inactive|PartiallyOnline|ThisNode|";

/** What the node prints of itself: the second node healthy or not, and who holds the two addresses. */
function round(secondIsOk: boolean, holders: readonly [number, number]): string {
  const unhealthy = secondIsOk ? "0" : "1";
  return `status
${header}
|0|10.90.1.11|0|0|0|0|0|0|0|0|Y|
|1|10.90.1.12|0|0|0|0|${unhealthy}|0|0|0|N|
addresses
|Public IP|Node|
|10.90.2.101|${String(holders[0])}|
|10.90.2.102|${String(holders[1])}|
end
`;
}

/** Prints one round, then lives until it is released. */
const observer =
  (text: string, onStart: (say: (text: string) => void) => void = () => undefined): FakeProgram =>
  async ({ stdin, stdout }) => {
    stdout(text);
    onStart(stdout);
    for await (const chunk of stdin) stdout(chunk);
    return 0;
  };

/** The client program: answers its job with these exit codes, one after the other. */
function smbClient(jobs: unknown[], ...exits: number[]): FakeProgram {
  return async ({ stdin, stdout }) => {
    for await (const line of stdin) {
      jobs.push(JSON.parse(line));
      const exit = exits.shift() ?? 0;
      const error = { ev: "error", stage: "session", status: "0xC000006D NT_STATUS_LOGON_FAILURE", message: "refused" };
      if (exit !== 0) stdout(`${JSON.stringify(error)}\n`);
      return exit;
    }
    return 4;
  };
}

async function labWith(bash: FakeProgram, python: FakeProgram) {
  const world = new FakeWorld();
  world.programs.set("bash", bash).set("python3", python);
  await up(spec, command(world).options);
  const { options, events } = command(world);
  return { world, options, events };
}

const failureOf = async (attempt: Promise<unknown>) => {
  const error = await attempt.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ToolError);
  return (error as ToolError).failure;
};

describe("readiness", () => {
  test("has CTDB spread addresses that stay uneven, once", async () => {
    let say: (text: string) => void = () => undefined;
    const cluster = observer(round(true, [0, 0]), (stdout) => (say = stdout));
    const { world, options, events } = await labWith(cluster, smbClient([]));
    const [status = "", addresses = ""] = round(true, [0, 0])
      .split(/status\n|addresses\n|end\n/)
      .slice(1);
    const asked: string[] = [];
    world.programs
      .set("sh", ({ stdout }) => {
        stdout(`${status}\n${addresses}`);
        return Promise.resolve(0);
      })
      .set("ctdb", ({ args }) => {
        asked.push(args.join(" "));
        say(round(true, [1, 0]));
        return Promise.resolve(0);
      });
    await awaitReady(spec, options);
    expect(asked).toEqual(["ipreallocate"]);
    expect(events.flatMap((event) => (event.type === "note" ? [event.text] : []))).toEqual([
      expect.stringContaining("spread unevenly"),
    ]);
  });

  test("is nodes OK, addresses held where they stay, and a session on each", async () => {
    const jobs: unknown[] = [];
    const later = [round(true, [-1, 0]), round(true, [0, 0]), round(true, [1, 0])];
    let say: (text: string) => void = () => undefined;
    const cluster = observer(round(false, [-1, -1]), (stdout) => (say = stdout));
    const { options, events } = await labWith(cluster, smbClient(jobs));
    const emit: typeof options.emit = (event) => {
      options.emit(event);
      // The cluster moves on whenever it is seen to be waited for.
      if (event.type === "probe.waiting") say(later.shift() ?? "");
    };
    await awaitReady(spec, { ...options, emit });
    const passed = events.flatMap((event) => (event.type === "probe.passed" ? [event.probe] : []));
    expect(passed).toEqual(["all nodes OK", "all public addresses held", "SMB answers on every public address"]);
    const waited = events.flatMap((event) => (event.type === "probe.waiting" ? [event.detail] : []));
    expect(waited).toEqual([
      "node2 is Unhealthy",
      "nobody holds 10.90.2.101",
      "pnn 0 holds 2 addresses and pnn 1 0 addresses",
    ]);
    expect(jobs).toEqual([
      { verb: "probe", address: "10.90.2.101", share: "dvd" },
      { verb: "probe", address: "10.90.2.102", share: "dvd" },
    ]);
  });

  test("asks again for a session that was refused, and only for that one", async () => {
    const jobs: unknown[] = [];
    const { options, events } = await labWith(observer(round(true, [0, 1])), smbClient(jobs, 0, 1));
    await awaitReady(spec, options);
    expect(jobs.map((job) => (job as { address: string }).address)).toEqual([
      "10.90.2.101",
      "10.90.2.102",
      "10.90.2.102",
    ]);
    const detail = "10.90.2.102 of node2: session, 0xC000006D NT_STATUS_LOGON_FAILURE, refused";
    expect(events).toContainEqual(expect.objectContaining({ type: "probe.waiting", detail }));
  });

  test.each([
    ["disabled", "0|0|0|1|0|0|0|0", "enable", "left so by a run that was killed: enabled"],
    ["stopped", "0|0|0|0|0|1|1|0", "continue", "left so by a run that was killed: continued"],
    ["banned", "0|0|1|0|0|0|1|0", "unban", "by a run that was killed or by CTDB itself: unbanned"],
  ])("heals a node that a killed run left %s, and says so", async (was, flags, verb, told) => {
    const left = round(true, [0, 0]).replace("|1|10.90.1.12|0|0|0|0|0|0|0|0|", `|1|10.90.1.12|${flags}|`);
    let say: (text: string) => void = () => undefined;
    const { world, options, events } = await labWith(
      observer(round(true, [0, 1]), (stdout) => (say = stdout)),
      smbClient([]),
    );
    const asked: string[] = [];
    world.programs.set(
      "bash",
      observer(left, (stdout) => (say = stdout)),
    );
    world.programs.set("ctdb", ({ args, machine }) => {
      asked.push(`${machine.node}: ctdb ${args.join(" ")}`);
      say(round(true, [0, 1]));
      return Promise.resolve(0);
    });
    await awaitReady(spec, options);
    expect(asked).toEqual([`node2: ctdb ${verb}`]);
    const notes = events.flatMap((event) => (event.type === "note" ? [event.text] : []));
    expect(notes).toEqual([`node2 was ${was}, ${told}`]);
  });

  test("that does not come says what is missing, with the log of the node it is missing on", async () => {
    const { world, options } = await labWith(observer(round(false, [0, 0])), smbClient([]));
    world.machine("sim", "node2")?.console.push({ atMs: 0, text: "smbd: no such file\n" });
    const failure = await failureOf(awaitReady(spec, options));
    expect(failure).toMatchObject({
      code: "lab/not-ready",
      stderrTail: expect.stringMatching(/no such file/) as string,
    });
    expect(failure.message).toContain("not all nodes OK (node2 is Unhealthy)");
  });

  test("names a CTDB that says nothing at all", async () => {
    const { options } = await labWith(observer("status\naddresses\nend\n"), smbClient([]));
    expect((await failureOf(awaitReady(spec, options))).message).toContain("CTDB does not answer yet");
  });

  test("is given up at once when a machine ends, with its last words", async () => {
    const { world, options, events } = await labWith(observer(round(false, [0, 0])), smbClient([]));
    world.machine("sim", "laptop")?.console.push({ atMs: 0, text: "out of memory\n" });
    world.stop("sim", "laptop");
    const failure = await failureOf(awaitReady(spec, options));
    expect(failure).toMatchObject({
      code: "lab/machine-ended",
      stderrTail: expect.stringMatching(/out of memory/) as string,
    });
    expect(failure.message).toBe("laptop of lab sim ended while the lab was getting ready: Exited (137)");
    expect(events.filter(({ type }) => type === "probe.passed")).toEqual([]);
  });

  test("ends with the reason it was interrupted for, and lets go of what it started", async () => {
    const reason = new Error("interrupted");
    let released = false;
    const cluster: FakeProgram = async (call) => {
      const exit = await observer(round(false, [0, 0]))(call);
      released = true;
      return exit;
    };
    const { options } = await labWith(cluster, smbClient([]));
    const abort = new AbortController();
    const emit: typeof options.emit = ({ type }) => {
      if (type === "probe.waiting") abort.abort(reason);
    };
    await expect(awaitReady(spec, { ...options, emit, signal: abort.signal })).rejects.toBe(reason);
    await Promise.resolve();
    expect(released).toBe(true);
  });
});

test("a node whose ctdbd does not answer yet knows nothing", () => {
  expect(parseRound("status\naddresses\n")).toEqual({ nodes: [], addresses: [] });
});
