import { expect, test } from "vitest";
import type { Remote } from "../core/remote.js";
import { loadTopology, readTopology } from "../topologies/load.js";
import { cifsClient, mountOptions } from "./cifs.js";

const knownSamba = ["4.25"];

function pcOf(mount: string, channels = 1) {
  const cluster = `{ nodes: 2, samba: "4.25", shares: { a: { path: /cluster/a } } }`;
  const client = `{ kind: cifs, channels: ${String(channels)}, mount: ${mount} }`;
  const { spec } = readTopology("t.yaml", `name: t\ncluster: ${cluster}\nclients: { pc: ${client} }\n`, { knownSamba });
  const [pc] = spec.clients;
  if (pc === undefined || pc.mount === null) throw new Error("a kernel client has a mount");
  return { ...pc, mount: pc.mount };
}

function optionsOf(mount: string, channels = 1): string[] {
  return mountOptions(pcOf(mount, channels));
}

test("what is left out is the kernel's to choose", () => {
  expect(optionsOf("{}")).toEqual(["vers=3.1.1", "soft", "cache=strict"]);
});

test("options are said in the words of mount.cifs", () => {
  const all =
    "{ hard: true, persistentHandles: false, resilientHandles: true, handleTimeout: 5s, sign: true, seal: true, cache: none, attributes: 2s, echoInterval: 10s }";
  expect(optionsOf(all, 4)).toEqual([
    ...["vers=3.1.1", "hard", "nopersistenthandles", "resilienthandles", "handletimeout=5000", "sign", "seal"],
    ...["cache=none", "actimeo=2", "echo_interval=10", "multichannel", "max_channels=4"],
  ]);
  expect(optionsOf("{ persistentHandles: true }")).toContain("persistenthandles");
});

test("SMB Direct is the mount's option rdma", () => {
  const [laptop] = loadTopology("smbdirect", { cwd: "/", knownSamba }).spec.clients;
  if (laptop === undefined || laptop.mount === null) throw new Error("a kernel client has a mount");
  expect(mountOptions({ ...laptop, mount: laptop.mount })).toContain("rdma");
});

test("who registers with the witness says so at the mount, and not where a copy is read back", async () => {
  const jobs: { options: string[]; witness: string | null }[] = [];
  const machine = {
    node: "laptop",
    start: () =>
      Promise.resolve({
        write: (line: string) => jobs.push(JSON.parse(line) as { options: string[]; witness: string | null }),
        release: () => undefined,
        exited: Promise.resolve(0),
      }),
  } as unknown as Remote;
  const mount = { ...pcOf("{}").mount, hard: true };
  const client = cifsClient(machine, { channels: 1, witness: true, mount });
  const of = { copy: "dvd", share: "a", path: "f", payload: { sizeBytes: 1, seed: "00", run: "r" } };
  const paced = { addresses: ["10.0.0.1"], profile: "persistent", marks: [], rate: null } as const;
  const transfers = [
    client.put({ ...of, ...paced }, () => undefined),
    client.get({ ...of, from: "node1", address: "10.0.0.2" }, () => undefined),
  ];
  // Nobody answers: the jobs are what counts.
  await Promise.allSettled(transfers.map(({ finished }) => finished));
  expect(jobs.map(({ witness }) => witness)).toEqual(["laptop", null]);
  expect(jobs.map(({ options }) => options.includes("witness"))).toEqual([true, false]);
});

test("the shipped kernel client is a machine that waits for its server", () => {
  const { spec } = loadTopology("redmond-kernel", { cwd: "/", knownSamba });
  expect(spec.clients).toMatchObject([{ kind: "cifs", runtime: "qemu", memoryMiB: 512, mount: { hard: true } }]);
});
