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
import { ratioText, seconds } from "./figures.js";

const ROUNDS = 3;
const LAB = "bench-vm";
const NODES = 3;

/** One machine, and nothing else. */
const ALONE = `name: ${LAB}-alone
networks: { public: { subnet: 10.78.84.0/24 } }
clients: { laptop: { kind: smb3, runtime: qemu } }
`;

/**
 * What plugfest adds to virtual machines: `up` of one machine and of three nodes from images that are there, against a bare
 * qemu-system-x86_64 that boots the same image on the same hardware until its ssh server listens.
 */
export async function* benchMachines(engine: Engine): AsyncGenerator<string> {
  const folder = stateFolder(process.env);
  const surroundings = { emit: () => undefined, clock: systemClock, stateFolder: folder };
  const image = await ensureMachineImage(nodeMachineRecipe("4.25"), surroundings);
  const accelerator = await findAccelerator(image, folder);
  yield `${(await execa(qemuProgram, ["--version"])).stdout.split("\n")[0] ?? ""}, ${accelerator}, engine ${engine.version}`;
  const rounds: { bare: number; alone: number; restored: number; lab: number }[] = [];
  const text = `runtime: qemu\n${topologyText(LAB, NODES, 82)}`.replace(
    "{ kind: smb3 }",
    "{ kind: smb3, runtime: docker }",
  );
  let first = NaN;
  await withFiles({ "lab.yaml": text, "alone.yaml": ALONE }, async (place) => {
    const [file, alone] = [join(place, "lab.yaml"), join(place, "alone.yaml")];
    await plugfest("images", "build", file, alone);
    // Whatever is saved of machines is saved by then.
    first = (await up(alone, `${LAB}-alone`)).restored;
    await up(file, LAB);
    for (let round = 0; round < ROUNDS; round++) {
      const bare = await bootBare(image, accelerator);
      const { restored } = await up(alone, `${LAB}-alone`);
      rounds.push({ bare, alone: restored, ...(await up(file, LAB)) });
    }
  });
  yield `the first up of one machine, with a boot unless a state was saved before: ${seconds(first)}`;
  for (const { bare, alone, restored, lab } of rounds) {
    yield `bare boot to ssh ${seconds(bare)}; one machine restored ${seconds(alone)}; ${String(NODES)} machines restored at once ${seconds(restored)}; their lab ready ${seconds(lab)}`;
  }
  const ratio = (of: "alone" | "restored" | "lab") => ratioText(rounds.map((round) => round[of] / round.bare));
  yield `one machine from its saved state to ssh, to one bare boot: ${ratio("alone")}`;
  yield `${String(NODES)} machines from their saved state to ssh, to one bare boot: ${ratio("restored")}`;
  yield `a lab of ${String(NODES)} machines to ready, to one bare boot: ${ratio("lab")}`;
}

/** How long the slowest machine took to its ssh server, and the lab until it was ready. */
async function up(file: string, name: string): Promise<{ restored: number; lab: number }> {
  const { events } = await plugfest("up", file);
  await plugfest("down", name);
  const machine = name === LAB ? "node/" : "client/";
  const nodes = (type: "action.started" | "action.finished") =>
    events.flatMap((event) => (event.type === type && event.id.startsWith(machine) ? [event] : []));
  const begun = new Map(nodes("action.started").map(({ id, atMs }) => [id, atMs]));
  const took = nodes("action.finished").map(({ id, atMs }) => atMs - (begun.get(id) ?? NaN));
  return { restored: Math.max(...took), lab: eventsOf(events, "lab.ready")[0]?.afterMs ?? NaN };
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
