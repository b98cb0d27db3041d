import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { readNightly } from "../load.js";
import { cellsOf } from "../cells.js";
import type { RunRecord } from "../history/line.js";
import { runRecord } from "../history/history.fixture.js";
import { inLabs } from "../order.js";
import { planOf, planText } from "../plan.js";
import { areApart } from "../../topologies/subnets.js";
import { walkNight } from "../walk.js";
import { labsApart, nothingTaken } from "./apart.js";
import type { Taken } from "./apart.js";
import { hasRoom, lasting } from "./at-once.js";
import { memoryOf } from "./night-lab.js";
import type { NightLab } from "./night-lab.js";

const options = { knownSamba: ["4.17", "4.22", "4.24", "4.25"], kernel: { netem: true } };
const GB = 1e9;

const cellsIn = (text: string) => cellsOf(readNightly("nightly.yaml", text, "/"), options);
const labsIn = async (text: string, taken: Taken = nothingTaken) =>
  labsApart(inLabs(await cellsIn(text), []), taken, options);
const [three, durable, mixed] = [
  "name: mine\nscenarios: [redmond-failover]\ntopologies: [redmond]\nsamba: ['4.22', '4.24', '4.25']\nprofiles: [durable]\n",
  "name: mine\nscenarios: [read-failover]\ntopologies: [redmond-durable, redmond]\n",
  `name: mine
scenarios: [read-failover]
topologies: [redmond]
samba: ["4.24", "4.25"]
profiles: [durable, persistent]
exclude: [{ samba: "4.24", profile: persistent }]
`,
];

const subnetsOf = (labs: readonly NightLab[]) => labs.map(({ spec }) => spec.networks.map(({ subnet }) => subnet));

describe("labs that are to be at once", { timeout: 30_000 }, () => {
  it("get names and subnets of their own where an earlier one has theirs, and are otherwise the same", async () => {
    const labs = await labsIn(three);
    expect(labs.map(({ spec, movedFrom }) => [spec.name, movedFrom])).toEqual([
      ["redmond", null],
      ["redmond-2", "redmond"],
      ["redmond-3", "redmond"],
    ]);
    expect(subnetsOf(labs).slice(1)).toEqual([
      ["10.160.0.0/24", "10.160.1.0/24"],
      ["10.160.2.0/24", "10.160.3.0/24"],
    ]);
    expect(labs[1]?.spec.nodes[0]).toMatchObject({ samba: "4.24", privateAddress: "10.160.0.11" });
    expect(labs[1]?.cells[0]).toMatchObject({ topology: "redmond", cell: "redmond-failover_redmond_4.24_durable" });
    expect(labs[1]?.cells[0]?.lab.source.text).toContain("name: redmond-2");
    for (const [index, one] of labs.entries())
      for (const other of labs.slice(index + 1)) expect(areApart(one.spec, other.spec)).toBe(true);
    const cells = await cellsIn(three);
    expect(labs.flatMap((lab) => lab.cells.map(({ definition }) => definition))).toEqual(
      cells.map(({ definition }) => definition),
    );
  });

  it("that have nothing in common stay as they are", async () => {
    expect((await labsIn(durable)).map(({ movedFrom }) => movedFrom)).toEqual([null, null]);
  });

  it("take neither the name of a lab that is there nor a subnet that somebody has", async () => {
    const there = { labs: ["redmond-2"], subnets: [{ subnet: "10.160.0.0/16", name: "a route" }] };
    const labs = await labsIn(three, there);
    expect(labs.map(({ spec }) => spec.name)).toEqual(["redmond", "redmond-3", "redmond-4"]);
    expect(subnetsOf(labs)[1]).toEqual(["10.161.0.0/24", "10.161.1.0/24"]);
  });

  it("stay where they cannot be moved, and are not beside each other", async () => {
    const everywhere = { labs: [], subnets: [{ subnet: "10.0.0.0/8", name: "a route" }] };
    const labs = await labsIn(three, everywhere);
    expect(labs.map(({ staysBecause }) => staysBecause)).toEqual([
      null,
      "no subnets as large as its own are free",
      "no subnets as large as its own are free",
    ]);
    const [first, second] = labs;
    expect(first && second && hasRoom(first, [second], { labs: 9, memoryBytes: 99 * GB })).toBe(false);
  });

  it("take no more memory than there is; one that is alone may", async () => {
    const [one, two] = await labsIn(durable);
    if (one === undefined || two === undefined) throw new Error("two labs");
    const needed = memoryOf(one.spec) + memoryOf(two.spec);
    const room = (memoryBytes: number | null) => hasRoom(one, [two], { labs: 2, memoryBytes });
    expect([room(needed), room(needed - 1), room(null)]).toEqual([true, false, false]);
    expect(hasRoom(one, [], { labs: 2, memoryBytes: 1 })).toBe(true);
    // Four containers, and what a tmpfs may hold if there is one.
    expect(memoryOf(two.spec) - (two.spec.cluster.storage.sizeBytes ?? 0)).toBe(4 * 128 * 2 ** 20);
  });
});

describe("a night", { timeout: 30_000 }, () => {
  /** Runs a night whose runs end when the test says so; tells what is under way. */
  async function begun(text: string, room: { labs: number; memoryBytes: number | null }, done: RunRecord[] = []) {
    const labs = await labsIn(text);
    const under = new Map<string, { end: (error?: Error) => void; signal: AbortSignal }>();
    const [played, released]: [string[], string[]] = [[], []];
    let why: string | undefined;
    const night = walkNight({
      ...{ labs, room, done },
      play: ({ cell, repeat }, signal) =>
        new Promise((resolve, reject) => {
          const { name } = cell.lab.spec;
          expect(under.has(name)).toBe(false);
          const end = (error?: Error) => {
            under.delete(name);
            if (error === undefined) resolve();
            else reject(error);
          };
          signal.addEventListener("abort", () => {
            end(signal.reason as Error);
          });
          played.push(`${name} ${String(repeat)}`);
          under.set(name, { end, signal });
        }),
      whyStop: () => why,
      settle: () => Promise.resolve(),
      release: ({ spec: { name } }) => {
        released.push(name);
        return Promise.resolve();
      },
    });
    night.catch(() => undefined);
    const settled = () => setImmediate();
    await settled();
    return {
      ...{ night, under, played, released },
      end: async (name: string, error?: Error) => {
        under.get(name)?.end(error);
        await settled();
      },
      stop: (text: string) => (why = text),
    };
  }
  const room = (labs: number) => ({ labs, memoryBytes: 99 * GB });
  const twice = `${three}repeats: 2\n`;

  it("has as many labs at once as it may, each run of a lab after the one before, and a next lab when one is over", async () => {
    const { night, under, played, released, end } = await begun(twice, room(2));
    expect([...under.keys()]).toEqual(["redmond", "redmond-2"]);
    await end("redmond-2");
    expect(played).toEqual(["redmond 1", "redmond-2 1", "redmond-2 2"]);
    await end("redmond-2");
    expect([released, [...under.keys()]]).toEqual([["redmond-2"], ["redmond", "redmond-3"]]);
    for (const name of ["redmond", "redmond-3", "redmond-3", "redmond"]) await end(name);
    expect(await night).toBeNull();
    expect(played).toHaveLength(6);
    expect(released).toHaveLength(3);
  });

  it("has one after another where that is all it may", async () => {
    const { under, end } = await begun(twice, room(1));
    for (const name of ["redmond", "redmond", "redmond-2", "redmond-2", "redmond-3"]) {
      expect([...under.keys()]).toEqual([name]);
      await end(name);
    }
  });

  it("lets a lab that fits pass one that has to wait", async () => {
    const labs = await labsIn(mixed);
    expect(labs.map(({ spec }) => spec.cluster.storage.medium)).toEqual(["tmpfs", "tmpfs", "disk"]);
    const times = new Map(labs.map((lab, index) => [lab, [10, 10, 15][index] ?? 0]));
    expect(lasting(labs, { labs: 2, memoryBytes: 8 * GB }, (lab) => times.get(lab) ?? 0)).toBe(20);
  });

  it("goes on with what is not in the history yet, in every lab", async () => {
    const cells = await cellsIn(twice);
    const done = cells.map(({ cell, definition }) => runRecord("n", { cell, definition, repeat: 1 }));
    const { played } = await begun(twice, room(3), done);
    expect(played).toEqual(["redmond 2", "redmond-2 2", "redmond-3 2"]);
  });

  it("begins no run in any lab when it is to stop, and says why", async () => {
    const { night, under, end, stop } = await begun(twice, room(2));
    stop("the budget is used up");
    await end("redmond");
    expect([...under.keys()]).toEqual(["redmond-2"]);
    await end("redmond-2");
    expect(await night).toBe("the budget is used up");
  });

  it("ends in all labs when it cannot be recorded in one, and removes them", async () => {
    const { night, under, released, end } = await begun(twice, room(2));
    await end("redmond", new Error("the disk is full"));
    await expect(night).rejects.toThrow("the disk is full");
    expect([[...under.keys()], released.toSorted()]).toEqual([[], ["redmond", "redmond-2"]]);
  });
});

describe("the plan of a night", { timeout: 30_000 }, () => {
  const nights = async () => {
    const cells = await cellsIn(three);
    const runs = cells.map(({ cell, definition }, index) =>
      runRecord("n", { cell, definition, ms: 60_000 * (3 - index) }),
    );
    return [
      {
        started: { v: 1, type: "night.started", night: "n", atMs: 0, version: "0.1.0", cells } as const,
        ...{
          runs,
          finished: {
            v: 1,
            type: "night.finished",
            night: "n",
            atMs: 1,
            cut: null,
            judgement: { cells: [], remarks: [], compared: 0 },
          } as const,
        },
      },
    ];
  };
  const planned = async (room: { labs: number; memoryBytes: number | null }) =>
    planOf({
      cells: await cellsIn(`${three}repeats: 1\n`),
      nights: await nights(),
      room,
      hosts: ["local"],
      ...options,
    });

  it("says how long it takes with one lab after another, and with several at once", async () => {
    expect((await planned({ labs: 1, memoryBytes: GB })).lastsMs).toBe(360_000);
    // One of three minutes beside one of two and one of one.
    expect((await planned({ labs: 2, memoryBytes: 99 * GB })).lastsMs).toBe(180_000);
  });

  it("says which labs may be at once, and why not", async () => {
    const one = planText(await planned({ labs: 1, memoryBytes: GB }));
    expect(one).toMatch(/\n3 cells, 3 runs: 6 min 0 s\n$/);
    const several = planText(await planned({ labs: 2, memoryBytes: 8 * GB }));
    expect(several).toContain(
      "up to 2 labs at once, in 8.00 GB of memory:\n  redmond    1 cell, up to 6.98 GB; beside none",
    );
    expect(several).toContain(
      "  redmond-2  1 cell, up to 6.98 GB; redmond under another name, in subnets of its own; beside",
    );
    expect(planText(await planned({ labs: 2, memoryBytes: null }))).toContain(
      "one lab after another: the engine is on",
    );
  });

  it("counts a lab that may be beside no other as long as it is", async () => {
    const labs = await labsIn(three, { labs: [], subnets: [{ subnet: "10.0.0.0/8", name: "a route" }] });
    expect(lasting(labs, { labs: 3, memoryBytes: 99 * GB }, () => 1000)).toBe(3000);
  });
});
