import { describe, expect, test } from "vitest";
import { FakeWorld } from "../provisioners/fake/world.js";
import { command, spec } from "./lab.fixture.js";
import { up } from "./up.js";

/** A lab that is up, one of whose nodes says this when it is asked what was left in it. */
async function labThatSays(words: string, lab = spec) {
  const world = new FakeWorld();
  await up(lab, command(world).options);
  const ran: string[] = [];
  const note = (name: string) =>
    world.programs.set(name, ({ args, machine, stdout }) => {
      if (args[0] === "-uc") stdout(machine.node === "node2" ? words : "");
      else ran.push(`${machine.node} ${name} ${args.join(" ").trim()}`);
      return Promise.resolve(0);
    });
  for (const name of ["sh", "pkill", "rm"]) note(name);
  return { world, ran };
}

async function upAgain(world: FakeWorld, lab = spec) {
  const done: string[] = [];
  const { options, events } = command(world, ({ at, verb, what }) => {
    if (at === "before" && /plug|shape|block|throttle/.test(verb)) done.push(`${verb} ${what}`);
  });
  await up(lab, options);
  const notes = events.flatMap((event) => (event.type === "note" ? [event.text] : []));
  return { done, notes };
}

describe("up of a lab that is there", () => {
  test.each([
    ["unplugged public\n", "plug node2/public", "node2 had no cable to public"],
    ["shaped private\n", "shape node2/private", "node2 had a slow link to private"],
    ["blocked private 10.90.1.11\n", "unblock node2/private node1", "node2 reached node1 no more"],
    ["storage-slow\n", "throttle node2 /cluster", "node2 had a slow storage"],
  ])("mends a link or a disk: %j", async (words, call, note) => {
    const { world } = await labThatSays(words);
    const { done, notes } = await upAgain(world);
    expect(done).toEqual([call]);
    expect(notes).toEqual([expect.stringContaining(note)]);
  });

  test.each([
    ["ctdbd-gone\n", /exec ctdbd$/, "had no ctdbd"],
    ["ctdbd-frozen\n", /pkill -CONT/, "had a frozen ctdbd"],
    ["smbd-gone\n", /50.samba.script startup$/, "had no smbd"],
    ["storage-full\n", /\/cluster\/.ctdb\/ballast$/, "had a full storage"],
    ["lock-lost\n", /rm -f \/cluster\/.ctdb\/lock.lost$/, "had lost the lock's file"],
  ])("mends what runs on a node: %j", async (words, call, note) => {
    const { world, ran } = await labThatSays(words);
    const { notes } = await upAgain(world);
    expect(ran).toEqual([expect.stringMatching(call)]);
    expect(notes).toEqual([expect.stringContaining(`node2 ${note}`)]);
  });

  test("plugs in the cable of a client with Windows, and asks it nothing", async () => {
    const windows = { kind: "windows", runtime: "qemu", memoryMiB: 4096 } as const;
    const withWindows = { ...spec, clients: spec.clients.map((client) => ({ ...client, ...windows })) };
    const { world, ran } = await labThatSays("", withWindows);
    expect(await upAgain(world, withWindows)).toEqual({ done: ["plug laptop/public"], notes: [] });
    expect(ran.filter((line) => line.startsWith("laptop"))).toEqual([]);
  });

  test("puts a card in again", async () => {
    const { world } = await labThatSays("ejected public\n");
    const note = "node2 had no card for public, left so by a run that was killed: put in";
    expect((await upAgain(world)).notes).toEqual([note]);
  });

  test("mends several things of one node, and says nothing of what is well", async () => {
    const { world } = await labThatSays("unplugged private\nshaped private\n");
    expect((await upAgain(world)).done).toEqual(["plug node2/private", "shape node2/private"]);
    expect(await upAgain((await labThatSays("")).world)).toEqual({ done: [], notes: [] });
  });

  test("asks nothing of a node that it makes anew", async () => {
    const { world } = await labThatSays("ctdbd-gone\n");
    world.stop("sim", "node2");
    expect((await upAgain(world)).notes).toEqual([]);
  });
});
