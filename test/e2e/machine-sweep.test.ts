import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../core/clock.js";
import type { Event } from "../../core/event.js";
import { stateFolder } from "../../core/paths.js";
import { poll } from "../../core/poll.js";
import { engineClient } from "../../provisioners/docker/client.js";
import { tapName } from "../../provisioners/qemu/machine-folder.js";
import { processesOf } from "../../provisioners/processes.js";
import { engineOrSkip } from "../support/engine.js";
import { isFull } from "../support/full.js";
import { folder, plugfest } from "../support/plugfest.js";
import { objectsOf } from "../support/small-lab.js";
import { startPlugfest } from "../support/started.js";

const engine = await engineOrSkip();
const docker = engineClient(engine?.location ?? { socketPath: "/nonexistent" });
const lab = "e2e-vm-sweep";
const state = stateFolder(process.env);

/** A container for the cluster, so that each stage is quick, and two machines: one saves its state, or both go on from it. */
const topology = `name: ${lab}
networks:
  private: { subnet: 10.91.82.0/24 }
  public: { subnet: 10.91.83.0/24 }
cluster:
  nodes: 1
  samba: "4.25"
  publicAddresses: { count: 1 }
  shares: { dvd: { path: /cluster/dvd } }
clients:
  laptop: { kind: smb3, runtime: qemu, memory: 320MiB }
`;

const scenario = `name: swept
topology: ./lab.yaml
steps:
  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 64MiB, rate: 1MB }
    during:
      - at: { copy: dvd, bytes: 1MiB }
        cut: laptop/public
  - expect: { copy: dvd, content: identical }
`;

/** All that this lab's machines are on this host, beyond images and states: folders, processes, taps. */
function leftOfMachines(): string[] {
  const names = (path: string) => (existsSync(path) ? readdirSync(path) : []);
  return [
    ...names(join(state, "machines")).filter((name) => name === lab),
    ...names(join(state, "machine-states")).filter((name) => name.endsWith(".unfinished")),
    ...processesOf("qemu-system", `plugfest-${lab}-`).map((pid) => `process ${String(pid)}`),
    ...names("/sys/class/net").filter((name) => name === tapName(lab, "laptop", "public")),
  ];
}

/** Ends `plugfest up` the moment a file of the machine is there; its exit code. */
async function endWhenThere(file: string, cwd: string, by: "SIGKILL" | "SIGINT"): Promise<number> {
  const path = join(state, "machines", lab, "laptop", file);
  const running = startPlugfest(["up", "./lab.yaml"], cwd);
  const seen = await poll(() => Promise.resolve(existsSync(path) || undefined), {
    ...{ clock: systemClock, everyMs: 1, withinMs: 120_000 },
  });
  running.kill(by);
  const ran = await running.ended;
  expect(seen, ran.stderr).toBe(true);
  return ran.exit;
}

const begins = (op: string, id: string) => (event: Event) =>
  event.type === "action.started" && event.op === op && event.id.startsWith(id);

describe.skipIf(engine === undefined)("a plugfest with virtual machines that is killed with -9", () => {
  const place = folder({ "lab.yaml": topology, "swept.yaml": scenario });
  const cwd = place.path;

  beforeAll(async () => {
    // The images, so that stages do not wait for them.
    expect(await plugfest(["images", "build", "./lab.yaml"], { cwd })).toMatchObject({ exit: 0 });
  });
  afterAll(async () => {
    await plugfest(["down", lab]);
    place[Symbol.dispose]();
  });

  const sweep = async () => {
    expect(await objectsOf(docker, lab)).not.toEqual([]);
    expect(await plugfest(["gc"])).toMatchObject({ exit: 0 });
    await expectNothing();
  };
  const expectNothing = async () => {
    expect(await objectsOf(docker, lab)).toEqual([]);
    expect(leftOfMachines()).toEqual([]);
  };

  const files = ["record.json", "root.qcow2", "seed", "qemu.log", "qmp.sock", "console.log", "seeded"];
  const fewFiles = ["record.json", "qemu.log"];
  test.each(isFull ? files : fewFiles)("in up, as soon as a machine's %s is there, leaves nothing", async (file) => {
    await endWhenThere(file, cwd, "SIGKILL");
    await sweep();
  });

  test.each(isFull ? files : ["qmp.sock"])(
    "or interrupted in up as soon as its %s is there, needs no gc",
    async (file) => {
      expect(await endWhenThere(file, cwd, "SIGINT")).toBe(130);
      await expectNothing();
    },
  );

  const stages: [string, string, (event: Event) => boolean][] = [
    ["the lab is ready", "run", (event) => event.type === "lab.ready"],
    ["the copy goes on", "run", (event) => event.type === "copy.progress" && event.acked > 0],
    ["its cable is out", "run", (event) => event.type === "fault.injected"],
    ["the machine is being removed", "down", begins("remove", "client/")],
  ];
  const fewStages = stages.slice(2);
  test.each(isFull ? stages : fewStages)("when %s, in %s, leaves nothing", async (_stage, verb, condition) => {
    if (verb === "down") expect(await plugfest(["up", "./lab.yaml"], { cwd })).toMatchObject({ exit: 0 });
    const running = startPlugfest(verb === "down" ? ["down", lab] : ["run", "./swept.yaml"], cwd);
    await running.until(condition);
    running.kill("SIGKILL");
    await running.ended;
    // A lab half removed has lost its marker, and its owner is gone.
    await sweep();
  });
});
