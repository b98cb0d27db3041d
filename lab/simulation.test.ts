import { describe, expect, test } from "vitest";
import type { ToolError } from "../core/errors.js";
import { FakeWorld } from "../provisioners/fake/world.js";
import { down } from "./down.js";
import { gc, gcBeforehand } from "./gc.js";
import { command, crashAt, killOwners, spec } from "./lab.fixture.js";
import { labsOf } from "./list.js";
import { credentialsPath } from "./secrets.js";
import { type UpOptions, up } from "./up.js";

const ids = (world: FakeWorld) => [...world.objects.values()].map(({ observed }) => observed.id).sort();
const everything = [
  "client/laptop",
  "network/private",
  "network/public",
  "node/node1",
  "node/node2",
  "ready",
  "volume/cluster",
];

async function worldWithLab(options: Partial<UpOptions> = {}): Promise<FakeWorld> {
  const world = new FakeWorld();
  await up(spec, { ...command(world).options, ...options });
  return world;
}

/** How many moments an undisturbed command has: every one of them is a place to be killed at. */
async function momentsOf(run: (script: ReturnType<typeof crashAt>["script"]) => Promise<unknown>): Promise<number> {
  const { script, count } = crashAt(Infinity);
  await run(script);
  return count();
}

describe("up", () => {
  test("makes everything, the marker last", async () => {
    const world = new FakeWorld();
    const { options, events } = command(world);
    await up(spec, options);
    expect(ids(world)).toEqual(everything);
    const finished = events.flatMap((event) => (event.type === "action.finished" ? [event.id] : []));
    expect(finished.at(-1)).toBe("ready");
    expect(events.at(-1)).toMatchObject({ type: "lab.ready", lab: "sim" });
  });

  test("a second time keeps everything and does nothing", async () => {
    const world = await worldWithLab();
    const { options, events } = command(world, ({ verb }) => {
      if (verb === "create" || verb === "remove") throw new Error(`${verb} was called`);
    });
    await up(spec, options);
    expect(events.find(({ type }) => type === "plan.ready")).toMatchObject({ creates: 0, keeps: 7, removes: 0 });
    expect(events.filter(({ type }) => type === "action.started")).toEqual([]);
  });

  test("makes a node that ended again, with the lab's credentials, and lets the others be", async () => {
    const world = await worldWithLab();
    const credentials = () => world.anyMachine("sim", "node2")?.files.get(credentialsPath)?.content;
    const [before, untouched] = [credentials(), world.anyMachine("sim", "node1")];
    world.stop("sim", "node2");
    await up(spec, command(world).options);
    expect(ids(world)).toEqual(everything);
    expect(world.machine("sim", "node2")).toBeDefined();
    expect(credentials()).toEqual(before);
    expect(world.anyMachine("sim", "node1")).toBe(untouched);
  });

  test("that fails removes what it made, and only that", async () => {
    const world = await worldWithLab();
    world.stop("sim", "node2");
    const { options, events } = command(world);
    const failing = up(spec, { ...options, awaitReady: () => Promise.reject(new Error("not ready")) });
    await expect(failing).rejects.toThrow("not ready");
    expect(ids(world)).toEqual(everything.filter((id) => id !== "node/node2" && id !== "ready"));
    expect(events.at(-1)).toMatchObject({
      type: "note",
      text: expect.stringContaining("the rest of it stays") as string,
    });
    expect(events.filter(({ type }) => type === "lab.removed")).toEqual([]);
  });

  test("that fails leaves what it made to those who want to look, who are asked first in any case", async () => {
    const world = new FakeWorld();
    const seen: string[][] = [];
    const failing: UpOptions = {
      ...command(world).options,
      awaitReady: () => Promise.reject(new Error("not ready")),
      onFailure: () => {
        seen.push(ids(world));
        return Promise.resolve();
      },
    };
    await expect(up(spec, { ...failing, keepOnFailure: true })).rejects.toThrow("not ready");
    expect(ids(world)).toEqual(everything.filter((id) => id !== "ready"));
    await expect(up(spec, failing)).rejects.toThrow("not ready");
    expect(seen).toHaveLength(2);
  });

  test("refuses subnets that others have, before it makes anything", async () => {
    const world = new FakeWorld();
    world.occupied.push({ subnet: "10.90.0.0/16", name: "this host's route by tun0" });
    const error = await up(spec, command(world).options).catch((reason: unknown) => reason);
    expect((error as ToolError).failure.code).toBe("network/subnet-in-use");
    expect((error as ToolError).message).toContain(
      "network private (10.90.1.0/24) overlaps 10.90.0.0/16 of this host's route",
    );
    expect(ids(world)).toEqual([]);
  });

  test("refuses a lab that another command works on", async () => {
    const world = new FakeWorld();
    const { options } = command(world);
    let inside: unknown;
    await up(spec, {
      ...options,
      awaitReady: async () => {
        inside = await up(spec, command(world).options).catch((reason: unknown) => reason);
      },
    });
    expect((inside as ToolError).failure.code).toBe("lab/busy");
    expect(ids(world)).toEqual(everything);
  });
});

describe("a command that is killed", () => {
  test("at any moment of up leaves nothing that gc does not find, or a whole lab", async () => {
    const moments = await momentsOf((script) => up(spec, command(new FakeWorld(), script).options));
    expect(moments).toBeGreaterThan(20);
    for (let moment = 0; moment < moments; moment++) {
      const world = new FakeWorld();
      await expect(up(spec, command(world, crashAt(moment).script).options)).rejects.toThrow("killed");
      killOwners(world);
      const whole = ids(world).includes("ready");
      await gc(command(world).options);
      expect(ids(world), `killed at moment ${String(moment)}`).toEqual(whole ? everything : []);
    }
  });

  test("at any moment of up for a run leaves nothing after gc, not even a whole lab", async () => {
    const moments = await momentsOf((script) => up(spec, command(new FakeWorld(), script).options));
    for (let moment = 0; moment < moments; moment++) {
      const world = new FakeWorld();
      const { options } = command(world, crashAt(moment).script);
      await expect(up(spec, { ...options, keep: false })).rejects.toThrow("killed");
      killOwners(world);
      await gc(command(world).options);
      expect(ids(world), `killed at moment ${String(moment)}`).toEqual([]);
    }
  });

  test("at any moment of down leaves the whole lab, or nothing that gc does not find", async () => {
    const whole = await worldWithLab();
    const moments = await momentsOf((script) => down("sim", command(whole, script).options));
    for (let moment = 0; moment < moments; moment++) {
      const world = await worldWithLab();
      await expect(down("sim", command(world, crashAt(moment).script).options)).rejects.toThrow();
      killOwners(world);
      const untouched = ids(world).includes("ready");
      await gc(command(world).options);
      expect(ids(world), `killed at moment ${String(moment)}`).toEqual(untouched ? everything : []);
    }
  });

  test("at any moment of gc is followed up by the next gc", async () => {
    const halfMade = async () => {
      const world = await worldWithLab({ keep: false });
      killOwners(world);
      return world;
    };
    const first = await halfMade();
    const moments = await momentsOf((script) => gc(command(first, script).options));
    for (let moment = 0; moment < moments; moment++) {
      const world = await halfMade();
      await expect(gc(command(world, crashAt(moment).script).options)).rejects.toThrow();
      await gc(command(world).options);
      expect(ids(world), `killed at moment ${String(moment)}`).toEqual([]);
    }
  });
});

test("down removes a lab once, and says so once", async () => {
  const world = await worldWithLab();
  const said = async () => {
    const { options, events } = command(world);
    return [await down("sim", options), events.filter(({ type }) => type === "lab.removed").length];
  };
  expect(await said()).toEqual([7, 1]);
  expect(await said()).toEqual([0, 0]);
});

describe("a command that is interrupted", () => {
  test("at any moment of up leaves nothing, or has made the whole lab", async () => {
    const moments = await momentsOf((script) => up(spec, command(new FakeWorld(), script).options));
    for (let moment = 0; moment < moments; moment++) {
      const world = new FakeWorld();
      const reason = new Error("interrupted");
      const abort = new AbortController();
      let seen = 0;
      const script = () => {
        if (seen++ === moment) abort.abort(reason);
      };
      const outcome = await up(spec, command(world, script, abort.signal).options).catch((error: unknown) => error);
      expect([undefined, reason]).toContain(outcome);
      expect(ids(world), `interrupted at moment ${String(moment)}`).toEqual(outcome === undefined ? everything : []);
    }
  });
});

describe("gc", () => {
  test("lets living owners' labs be, and whole labs of up", async () => {
    const world = await worldWithLab({ keep: false });
    expect(await gc(command(world).options)).toEqual([]);
    const kept = await worldWithLab();
    killOwners(kept);
    expect(await gc(command(kept).options)).toEqual([]);
    expect([ids(world), ids(kept)]).toEqual([everything, everything]);
  });

  test("takes no lock of a lab that it lets be: its owner may want it at that moment", async () => {
    const world = await worldWithLab({ keep: false });
    const { provisioner, ...rest } = command(world).options;
    const asked: (string | undefined)[] = [];
    const observe: typeof provisioner.observe = (filter, signal) => {
      asked.push(filter.lab);
      return provisioner.observe(filter, signal);
    };
    await gc({ ...rest, provisioner: { ...provisioner, observe } });
    expect(asked).toEqual([undefined]);
  });

  test("says what it took, and why", async () => {
    const world = await worldWithLab({ keep: false });
    killOwners(world);
    const reason = `it belonged to a run, and its owner (process ${String(process.pid)}) is gone`;
    expect(await gc(command(world).options)).toEqual([{ lab: "sim", objects: 7, reason }]);
  });

  test("beforehand tells of what cannot be removed, and is in nobody's way", async () => {
    const world = await worldWithLab({ keep: false });
    killOwners(world);
    const { options, events } = command(world, ({ verb, what }) => {
      if (verb === "remove" && what === "network/public") throw new Error("it has active endpoints");
    });
    await expect(gc(options)).rejects.toThrow("active endpoints");
    await gcBeforehand(options);
    expect(events.at(-1)).toMatchObject({ type: "note", text: expect.stringContaining("active endpoints") as string });
    expect(ids(world)).toContain("network/public");
  });

  test("takes what other hosts left only from the age on that it is told", async () => {
    const world = await worldWithLab({ keep: false });
    for (const object of world.objects.values()) {
      const { stamp } = object.observed;
      object.observed = { ...object.observed, stamp: { ...stamp, owner: { ...stamp.owner, host: "elsewhere" } } };
    }
    expect(labsOf([...world.objects.values()].map(({ observed }) => observed))[0]?.ownerState).toBe("unknown");
    expect(await gc(command(world).options)).toEqual([]);
    expect(await gc({ ...command(world).options, olderThanMs: 1000 })).toEqual([]);
    expect(await gc({ ...command(world).options, olderThanMs: 0 })).toHaveLength(1);
    expect(ids(world)).toEqual([]);
  });
});
