import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { renderNode } from "../cluster/render.js";
import { stateFolder } from "../core/paths.js";
import { sambaVersions } from "../images/catalogue.js";
import { desiredObjects } from "../lab/desired.js";
import { wantedImages } from "../lab/lab-images.js";
import type { Engine } from "../provisioners/docker/engine.js";
import type { MachineObject, ObjectSpec } from "../topologies/objects.js";
import { loadTopology } from "../topologies/load.js";
import type { LabSpec } from "../topologies/spec.js";
import { ratioText, seconds } from "./figures.js";
import { plugfest, topologyText, withFiles } from "./plugfest.js";

const ROUNDS = 5;
const LAB = "bench-up";

/**
 * `plugfest up` of three nodes against a bare shell script that makes the same networks, volume and containers with the
 * same settings through Docker's own command line, and waits for the same: nodes OK, addresses held, SMB answers.
 */
export async function* benchUp(engine: Engine): AsyncGenerator<string> {
  if ((await execa("docker", ["--version"], { reject: false })).failed) {
    yield "skipped: Docker's command line is not installed, which the bare script needs";
    return;
  }
  const dockerHost =
    "socketPath" in engine.location ? `unix://${engine.location.socketPath}` : process.env["DOCKER_HOST"];
  const env = dockerHost === undefined ? {} : { DOCKER_HOST: dockerHost };
  const ratios: number[] = [];
  const texts: string[] = [];
  await withFiles({ "lab.yaml": topologyText(LAB, 3, 40) }, async (folder) => {
    const file = join(folder, "lab.yaml");
    await plugfest("images", "build", file);
    const { spec } = loadTopology(file, { cwd: folder, knownSamba: sambaVersions });
    const script = await bareScript(spec, folder);
    for (let round = 0; round < ROUNDS; round++) {
      const bare = await execa("bash", ["-c", script.up], { env, stdin: "ignore" });
      await execa("bash", ["-c", script.down], { env, stdin: "ignore" });
      const ours = await plugfest("up", file);
      const gone = await plugfest("down", LAB);
      ratios.push(ours.ms / bare.durationMs);
      texts.push(
        `plugfest ${seconds(ours.ms)}, bare script ${seconds(bare.durationMs)}, plugfest down ${seconds(gone.ms)}`,
      );
    }
  });
  yield* texts;
  yield `up of 3 nodes, plugfest to a bare script: ${ratioText(ratios)}; goal: at most 1.1`;
}

/** The same objects as shell commands. Files lie in `folder`, one tree for each machine. */
async function bareScript(spec: LabSpec, folder: string): Promise<{ up: string; down: string }> {
  const objects = desiredObjects(spec, await wantedImages(spec, stateFolder(process.env)), renderNode(spec));
  const machines = objects.filter((object) => object.kind === "machine");
  for (const machine of machines) writeTree(machine, join(folder, machine.node));
  const up = [
    "set -e",
    ...objects.map(makeNetworkOrVolume),
    ...machines.map((machine) => `( ${makeMachine(machine, folder)} ) &`),
    "wait",
    waitUntilReady(spec),
  ];
  const names = machines.map(({ node }) => `bare-${node}`).join(" ");
  const networks = spec.networks.map(({ name }) => `bare-${name}`).join(" ");
  return {
    up: up.join("\n"),
    down: `docker rm -f ${names}; docker network rm ${networks}; docker volume rm bare-cluster`,
  };
}

function makeNetworkOrVolume(object: ObjectSpec): string {
  if (object.kind === "network") {
    const name = object.id.replace("network/", "");
    return `docker network create --internal --subnet ${object.subnet} --gateway ${object.gateway} bare-${name}`;
  }
  return object.kind === "volume" ? "docker volume create bare-cluster" : "";
}

function makeMachine(machine: MachineObject, folder: string): string {
  const name = `bare-${machine.node}`;
  const [first, ...others] = machine.endpoints;
  if (first === undefined) throw new Error("a machine without a network");
  const capabilities = machine.capabilities.map((capability) => `--cap-add ${capability.name}`).join(" ");
  const mounts = machine.mounts.map(({ path }) => `-v bare-cluster:${path}`).join(" ");
  return [
    `docker create --name ${name} --hostname ${machine.node} --cap-drop ALL ${capabilities} ${mounts} --network bare-${first.network} --ip ${first.address} ${machine.image}`,
    ...others.map(({ network, address }) => `docker network connect --ip ${address} bare-${network} ${name}`),
    `docker cp ${join(folder, machine.node)}/. ${name}:/`,
    `docker start ${name}`,
  ].join(" && ");
}

function writeTree(machine: MachineObject, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const account = { path: "/etc/plugfest/credentials", content: '{"user":"plugfest","password":"bench"}', mode: 0o600 };
  for (const { path, content, mode } of [...machine.files, account]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content, { mode });
  }
}

/** Ready is: as many OK rows as nodes, every node holds an address, and a session with the share on every address. */
function waitUntilReady({ nodes, cluster }: LabSpec): string {
  const probes = cluster.publicAddresses.map((address) => JSON.stringify({ verb: "probe", address, share: "dvd" }));
  return `
until [ "$(docker exec bare-node1 ctdb -X status 2>/dev/null | grep -c '|0|0|0|0|0|0|0|0|[YN]|$')" = ${String(nodes.length)} ]; do sleep 0.05; done
until [ "$(docker exec bare-node1 ctdb -X ip all | awk -F '|' '$3 ~ /^[0-9]+$/ { print $3 }' | sort -u | wc -l)" = ${String(nodes.length)} ]; do sleep 0.05; done
for job in ${probes.map((probe) => `'${probe}'`).join(" ")}; do
  until docker exec -i -e PYTHONPATH=/usr/lib/plugfest bare-laptop python3 -m plugfest_smb3 < <(echo "$job"; exec sleep 5) |
    grep -q '"ev":"result"'; do sleep 0.05; done
done`;
}
