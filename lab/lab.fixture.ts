import { fakeClock } from "../core/clock.js";
import type { EventBody } from "../core/event.js";
import { type Script, fakeProvisioner } from "../provisioners/fake/fake-provisioner.js";
import type { FakeWorld } from "../provisioners/fake/world.js";
import type { LabSpec } from "../topologies/spec.js";
import type { UpOptions } from "./up.js";

export const spec: LabSpec = {
  name: "sim",
  source: "sim.yaml",
  kernel: null,
  networks: [
    { name: "private", subnet: "10.90.1.0/24", prefix: 24, gateway: "10.90.1.1", uplink: null, mtu: 1500, rdma: null },
    { name: "public", subnet: "10.90.2.0/24", prefix: 24, gateway: "10.90.2.1", uplink: null, mtu: 1500, rdma: null },
  ],
  cluster: {
    profile: "persistent",
    storage: { kind: "shared-volume", medium: "disk", sizeBytes: null, mount: "/cluster" },
    privateNetwork: "private",
    publicNetwork: "public",
    publicAddresses: ["10.90.2.101", "10.90.2.102"],
    shares: [{ name: "dvd", path: "/cluster/dvd" }],
    witness: false,
    tunables: {},
    smbConf: {},
  },
  nodes: [1, 2].map((number) => ({
    ...{ name: `node${String(number)}`, pnn: number - 1, runtime: "docker", memoryMiB: null, samba: "4.25" },
    ...{ machineBecause: null, rdma: { private: null, public: null } },
    ...{ privateAddress: `10.90.1.1${String(number)}`, publicAddress: `10.90.2.1${String(number)}` },
  })),
  servers: [],
  clients: [
    {
      name: "laptop",
      kind: "smb3",
      runtime: "docker",
      machineBecause: null,
      image: null,
      memoryMiB: null,
      host: null,
      address: "10.90.2.201",
      rdma: null,
      signing: "auto",
      encryption: null,
      channels: 1,
      witness: false,
      mount: null,
    },
  ],
};

/** A command's view of a fake world: what it emits, and options for `up`, `down` and `gc`. */
export function command(world: FakeWorld, script: Script = () => undefined, signal?: AbortSignal) {
  const clock = fakeClock();
  const events: EventBody[] = [];
  const options: UpOptions = {
    provisioner: fakeProvisioner(world, clock, script),
    clock,
    emit: (event) => events.push(event),
    keep: true,
    version: "0.0.0",
    ensureImages: (lab) => Promise.resolve(new Map([...lab.nodes, ...lab.clients].map(({ name }) => [name, "image"]))),
    awaitReady: async (lab, { provisioner }) => {
      for (const { name } of lab.nodes) await provisioner.connect(lab.name, name).exec(["echo", "ready"]);
    },
    ...(signal && { signal }),
  };
  return { options, events };
}

/** What a `kill -9` leaves: objects of a process that is no more. */
export function killOwners(world: FakeWorld): void {
  for (const object of world.objects.values()) {
    const { stamp } = object.observed;
    object.observed = { ...object.observed, stamp: { ...stamp, owner: { ...stamp.owner, startTicks: -1 } } };
  }
}

/** Throws at the nth moment and at each one after it: a process that was killed does nothing more. */
export function crashAt(moment: number): { script: Script; count: () => number } {
  let seen = 0;
  const script = () => {
    if (seen++ >= moment) throw new Error("killed");
  };
  return { script, count: () => seen };
}
