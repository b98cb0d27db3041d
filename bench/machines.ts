import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { systemClock } from "../core/clock.js";
import { ownOwner } from "../core/owner.js";
import { stateFolder } from "../core/paths.js";
import { poll } from "../core/poll.js";
import { ensureMachineImage } from "../images/machine-build.js";
import { nodeMachineRecipe } from "../images/machine-recipe.js";
import type { MachineImage } from "../images/machine-store.js";
import type { Engine } from "../provisioners/docker/engine.js";
import { findAccelerator } from "../provisioners/qemu/accelerator.js";
import { commandLine } from "../provisioners/qemu/command-line.js";
import { makeKeyPair } from "../provisioners/qemu/key-pair.js";
import type { MachineRecord } from "../provisioners/qemu/machine-folder.js";
import { qemuProgram } from "../provisioners/qemu/qemu-process.js";
import { writeSeed } from "../provisioners/qemu/seed.js";
import { eventsOf, plugfest, topologyText, withFiles } from "./plugfest.js";
import { median, ratioText, seconds } from "./figures.js";

const ALONE = "bench-vm-alone";
const LAB = "bench-vm";
const NODES = 3;
const ALONE_ROUNDS = 5;
const LAB_ROUNDS = 3;

/** One machine, and nothing else. */
const alone = `name: ${ALONE}
networks: { public: { subnet: 10.78.84.0/24 } }
clients: { laptop: { kind: smb3, runtime: qemu } }
`;

/** Nodes that are machines, and a client that is none. */
const lab = `runtime: qemu\n${topologyText(LAB, NODES, 82)}`.replace(
  "{ kind: smb3 }",
  "{ kind: smb3, runtime: docker }",
);

/**
 * What plugfest adds to virtual machines: `up` of one machine and of three nodes from images that are there, in turn with a
 * bare qemu-system-x86_64 that boots the nodes' image on the same hardware until its ssh server listens.
 */
export async function* benchMachines(engine: Engine): AsyncGenerator<string> {
  const folder = stateFolder(process.env);
  const surroundings = { emit: () => undefined, clock: systemClock, stateFolder: folder };
  const image = await ensureMachineImage(nodeMachineRecipe("4.25"), surroundings);
  const accelerator = await findAccelerator(image, folder);
  yield `${(await execa(qemuProgram, ["--version"])).stdout.split("\n")[0] ?? ""}, ${accelerator}, engine ${engine.version}`;
  const bare = () => bootBare(image, accelerator);

  const ones = await inTurn(alone, ALONE, ALONE_ROUNDS, bare);
  yield `a bare boot until its ssh server listens: ${spread(ones.map((round) => round.bare))}`;
  yield `one machine from its saved state until commands go there by ssh: ${spread(ones.map(({ made }) => made))}`;
  yield `that to a bare boot: ${ratioText(ones.map((round) => round.made / round.bare))}`;

  const labs = await inTurn(lab, LAB, LAB_ROUNDS, bare);
  yield `a bare boot, in turn with the lab: ${spread(labs.map((round) => round.bare))}`;
  yield `the last of ${String(NODES)} machines from their saved states at once: ${spread(labs.map(({ made }) => made))}`;
  yield `that to a bare boot: ${ratioText(labs.map((round) => round.made / round.bare))}`;
  yield `their lab to ready: ${spread(labs.map(({ ready }) => ready))}`;
  yield `that to a bare boot: ${ratioText(labs.map((round) => round.ready / round.bare))}`;
}

interface Round {
  readonly bare: number;
  readonly made: number;
  readonly ready: number;
}

/** Bare boots and `up` of a topology in turn, after one `up` that builds and saves what is not there. */
async function inTurn(text: string, name: string, rounds: number, bare: () => Promise<number>): Promise<Round[]> {
  return withFiles({ "lab.yaml": text }, async (place) => {
    const file = join(place, "lab.yaml");
    await up(file, name);
    const done: Round[] = [];
    while (done.length < rounds) done.push({ bare: await bare(), ...(await up(file, name)) });
    return done;
  });
}

/** `3.20 s (2.90 to 4.10)`: median, least and greatest. */
function spread(times: readonly number[]): string {
  return `${seconds(median(times))} (${seconds(Math.min(...times))} to ${seconds(Math.max(...times))})`;
}

/** How long the slowest machine took, and the lab until it was ready. */
async function up(file: string, name: string): Promise<{ made: number; ready: number }> {
  const { events } = await plugfest("up", file);
  await plugfest("down", name);
  const machine = name === LAB ? "node/" : "client/";
  const nodes = (type: "action.started" | "action.finished") =>
    events.flatMap((event) => (event.type === type && event.id.startsWith(machine) ? [event] : []));
  const begun = new Map(nodes("action.started").map(({ id, atMs }) => [id, atMs]));
  const took = nodes("action.finished").map(({ id, atMs }) => atMs - (begun.get(id) ?? NaN));
  return { made: Math.max(...took), ready: eventsOf(events, "lab.ready")[0]?.afterMs ?? NaN };
}

/** The command line of a machine without links, in a folder of its own. */
async function bootBare(image: MachineImage, accelerator: "kvm" | "tcg"): Promise<number> {
  const path = mkdtempSync(join(tmpdir(), "plugfest-bare-"));
  const folder = { path, at: (name: string) => join(path, name) };
  const record: MachineRecord = {
    ...{ id: "node/bare", lab: LAB, node: "bare", specHash: "", createdMs: 0, image: image.tag, memoryMiB: 512 },
    ...{ uuid: "0b8a4a0e-5d2c-4c1b-9a53-4d8d2b0e7f31", links: [], disks: [], folders: [] },
    stamp: { lab: LAB, owner: ownOwner(), keep: false, version: "0", source: "" },
  };
  let qemu: ChildProcess | undefined;
  try {
    await execa("qemu-img", ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", image.root, folder.at("root.qcow2")]);
    const { privateKey, publicKey } = makeKeyPair();
    const keys = { hostKey: privateKey, authorizedKey: publicKey };
    await writeSeed(folder, { record, prefixes: new Map(), files: [], ...keys }, systemClock.now());
    const startMs = systemClock.now();
    const args = commandLine({ record, image, accelerator, restore: undefined });
    qemu = spawn(qemuProgram, args, { cwd: path, stdio: "ignore" });
    const listens = () => {
      const console = folder.at("console.log");
      const said = existsSync(console) ? readFileSync(console, "utf8") : "";
      return Promise.resolve(said.includes("Server listening on") || undefined);
    };
    if ((await poll(listens, { clock: systemClock, everyMs: 20, withinMs: 120_000 })) === undefined) {
      throw new Error("the bare machine did not come up");
    }
    return systemClock.now() - startMs;
  } finally {
    qemu?.kill("SIGKILL");
    rmSync(path, { recursive: true, force: true });
  }
}
