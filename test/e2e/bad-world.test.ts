import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Event } from "../../core/event.js";
import { readEvents } from "../../core/event-log.js";
import { engineClient } from "../../provisioners/docker/client.js";
import { isLocal } from "../../provisioners/docker/engine-location.js";
import { engineOrSkip } from "../support/engine.js";
import { engineProxy } from "../support/engine-proxy.js";
import { folder, plugfest, type Ran } from "../support/plugfest.js";
import { labText, objectsOf } from "../support/small-lab.js";
import { startPlugfest } from "../support/started.js";

const engine = await engineOrSkip();
const location = engine?.location ?? { socketPath: "/nonexistent" };
const docker = engineClient(location);

interface Copy {
  readonly size: string;
  readonly rate?: string;
}

function scenarioText({ size, rate }: Copy, expectation = "content: identical"): string {
  return `name: bad-world
topology: ./lab.yaml
steps:
  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: ${size}${rate === undefined ? "" : `, rate: ${rate}`} }
    during:
      - at: { copy: dvd, progress: 40% }
        disable: serving(dvd)
  - expect: { copy: dvd, ${expectation} }
`;
}

/** Events of the newest run in a folder of runs. */
function eventsIn(runs: string): Event[] {
  return readEvents(join(runs, "bad-world", "latest", "events.jsonl"));
}

function verdictIn(events: readonly Event[]) {
  return events.flatMap((event) => (event.type === "run.finished" ? [event.verdict] : [])).at(-1);
}

/** Why the test cannot change this machine, or undefined. */
async function cannot(program: string, ...args: string[]): Promise<string | undefined> {
  const tried = await execa(program, args, { reject: false });
  return tried.exitCode === 0 ? undefined : `${program} ${args.join(" ")}: ${tried.stderr}`;
}

describe.skipIf(engine === undefined)("in a bad world", () => {
  const lab = "e2e-bad";
  const place = folder({ "lab.yaml": labText({ name: lab, net: 21 }) });
  const up = (env: Record<string, string> = {}) => plugfest(["up", "./lab.yaml"], { cwd: place.path, env });
  /** An error of the environment: exit code 2, said in words, with what to do, and no stack. */
  const expectTestbedError = (ran: Ran, message: string | RegExp) => {
    expect(ran.stderr).toMatch(message);
    expect(ran.stderr).toMatch(/what to do: \S/);
    expect(ran.stderr).not.toContain("a bug of its own");
    expect(ran.exit).toBe(2);
  };

  beforeAll(async () => {
    // The engine that dies below is to die under a lab, not under a build.
    expect(await plugfest(["images", "build", "./lab.yaml"], { cwd: place.path })).toMatchObject({ exit: 0 });
  });
  afterEach(async () => {
    await plugfest(["down", lab]);
  });
  afterAll(() => {
    place[Symbol.dispose]();
  });

  test("without an engine, up says which one it asked for", async () => {
    const ran = await up({ DOCKER_HOST: `unix://${place.path}/dead.sock` });
    expectTestbedError(ran, /the engine of .*dead\.sock.* does not answer/);
  });

  test("when the engine dies in the middle, up says so, and gc finds the rest once it is back", async (context) => {
    if (!("socketPath" in location)) return context.skip("the engine does not listen on a socket");
    // The networks and the volume are there by then.
    const deadly = `/containers/create?name=plugfest-${lab}-`;
    const proxy = await engineProxy(location.socketPath, (request) => (request.includes(deadly) ? "die" : "pass"));
    try {
      expectTestbedError(await up({ DOCKER_HOST: proxy.host }), /the Docker engine does not answer/);
    } finally {
      proxy.close();
    }
    expect(await objectsOf(docker, lab)).not.toEqual([]);
    expect(await plugfest(["gc"])).toMatchObject({ exit: 0 });
    expect(await objectsOf(docker, lab)).toEqual([]);
  });

  test("with a route of the host in its subnet, up names the route and makes nothing", async (context) => {
    if (!isLocal(location)) return context.skip("the engine is not on this machine");
    const route = ["10.91.22.64/26", "dev", "lo"];
    const refusal = await cannot("ip", "route", "add", ...route);
    if (refusal !== undefined) return context.skip(refusal);
    try {
      const ran = await up();
      expectTestbedError(ran, "network public (10.91.22.0/24) overlaps 10.91.22.64/26 of this host's route by lo");
      expect(await objectsOf(docker, lab)).toEqual([]);
    } finally {
      await execa("ip", ["route", "del", ...route]);
    }
  });
});

describe.skipIf(engine === undefined)("a run in a bad world", () => {
  const lab = "e2e-bad-run";
  const cluster = "  profile: durable\n  storage: { medium: tmpfs, size: 64MiB }";
  const play = async (files: ReturnType<typeof folder>, ...flags: string[]) =>
    plugfest(["run", "./mine.yaml", ...flags], { cwd: files.path });

  afterEach(async () => {
    await plugfest(["down", lab]);
  });

  test("with a disk that fills up under the copy fails with what the server said, and leaves nothing", async () => {
    using files = folder({
      "lab.yaml": labText({ name: lab, net: 23, cluster }),
      "mine.yaml": scenarioText({ size: "128MiB" }, "failovers: 1, content: identical"),
    });
    const ran = await play(files);
    const events = eventsIn(join(files.path, "runs"));
    expect(ran.exit, ran.stdout + ran.stderr).toBe(1);
    expect(events.find(({ type }) => type === "copy.failed")).toMatchObject({
      status: expect.stringContaining("NT_STATUS_DISK_FULL") as string,
    });
    expect(verdictIn(events)).toMatchObject({
      outcome: "fail",
      reasons: expect.arrayContaining([expect.stringMatching(/the copy failed at .*DISK_FULL/)]) as string[],
    });
    expect(await objectsOf(docker, lab)).toEqual([]);
  });

  test("whose client is killed in mid-copy is unknown, heals its fault and leaves nothing", async () => {
    using files = folder({
      "lab.yaml": labText({ name: lab, net: 23 }),
      "mine.yaml": scenarioText({ size: "256MiB", rate: "32MiB" }),
    });
    const running = startPlugfest(["run", "./mine.yaml"], files.path);
    await running.until(({ type }) => type === "fault.injected");
    await docker.getContainer(`plugfest-${lab}-laptop`).kill();
    const ran = await running.ended;
    expect(ran.exit, ran.stdout + ran.stderr).toBe(2);
    const events = eventsIn(join(files.path, "runs"));
    expect(events.filter(({ type }) => type === "fault.healed")).toHaveLength(1);
    expect(verdictIn(events)).toMatchObject({
      outcome: "unknown",
      reasons: expect.arrayContaining([
        expect.stringMatching(/client program on laptop|plugfest-e2e-bad-run-laptop/),
      ]) as string[],
    });
    expect(await objectsOf(docker, lab)).toEqual([]);
  });

  describe("whose own records find no room", () => {
    const tiny = async (
      options: string,
    ): Promise<{ path: string; skip?: string; [Symbol.asyncDispose](): Promise<void> }> => {
      const files = folder({
        "lab.yaml": labText({ name: lab, net: 23 }),
        "mine.yaml": scenarioText({ size: "1GiB", rate: "16MiB" }),
      });
      const disk = join(files.path, "disk");
      mkdirSync(disk);
      const skip = await cannot("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk);
      return {
        path: files.path,
        ...(skip === undefined ? {} : { skip }),
        [Symbol.asyncDispose]: async () => {
          if (skip === undefined) await execa("umount", [disk]);
          files[Symbol.dispose]();
        },
      };
    };
    const recorded = (path: string) => plugfest(["run", "./mine.yaml", "--runs", "disk"], { cwd: path });

    test("is not begun", async (context) => {
      await using files = await tiny("nr_inodes=2");
      if (files.skip !== undefined) return context.skip(files.skip);
      const ran = await recorded(files.path);
      expect(ran.exit).toBe(2);
      expect(ran.stderr).toMatch(/the run folder in \S+ could not be made: ENOSPC/);
      expect(ran.stderr).toContain("--runs <folder>");
      expect(await objectsOf(docker, lab)).toEqual([]);
    });

    test("ends with that as its reason when it happens under way, and leaves nothing", async (context) => {
      await using files = await tiny("size=64k");
      if (files.skip !== undefined) return context.skip(files.skip);
      const ran = await recorded(files.path);
      expect(ran.stderr).toMatch(/cannot be written: ENOSPC/);
      expect(ran.stderr).toContain("what to do: free some space");
      expect(ran.stderr).not.toContain("a bug of its own");
      expect(ran.exit).toBe(2);
      expect(await objectsOf(docker, lab)).toEqual([]);
    });
  });
});

describe.skipIf(engine === undefined)("a run on a lab that is up but broken", () => {
  const lab = "e2e-bad-kept";
  const place = folder({
    "lab.yaml": labText({ name: lab, net: 25 }),
    "mine.yaml": scenarioText({ size: "32MiB", rate: "16MiB" }, "failovers: 1, grade: G4, content: identical"),
  });

  beforeAll(async () => {
    expect(await plugfest(["up", "./lab.yaml"], { cwd: place.path })).toMatchObject({ exit: 0 });
  });
  afterAll(async () => {
    await plugfest(["down", lab]);
    expect(await objectsOf(docker, lab)).toEqual([]);
    place[Symbol.dispose]();
  });

  test("is unknown without a capture, however well the copy went", async () => {
    const moved = await plugfest(["exec", lab, "laptop", "--", "mv", "/usr/bin/tcpdump", "/usr/bin/not-tcpdump"]);
    expect(moved).toMatchObject({ exit: 0 });
    const ran = await plugfest(["run", "./mine.yaml"], { cwd: place.path });
    expect(ran.exit, ran.stdout + ran.stderr).toBe(2);
    const events = eventsIn(join(place.path, "runs"));
    expect(events.find(({ type }) => type === "capture.stopped")).toMatchObject({
      failure: { code: "capture/died", stderrTail: expect.stringContaining("no tcpdump") as string },
    });
    expect(events).toContainEqual(
      expect.objectContaining({ type: "check.finished", check: "dvd: content", outcome: "pass" }),
    );
    expect(verdictIn(events)).toMatchObject({
      outcome: "unknown",
      reasons: [
        expect.stringMatching(/^dvd: failovers: no packet capture: .*no tcpdump/) as string,
        expect.stringMatching(/^dvd: grade: no packet capture: .*no tcpdump/) as string,
      ],
    });
  });
});
