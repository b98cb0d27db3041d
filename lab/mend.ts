import { startCtdbd, thawCtdbd } from "../cluster/ctdbd.js";
import { forgetLostLock } from "../cluster/lock.js";
import { lockPath } from "../cluster/paths.js";
import { startSmbd } from "../cluster/smbd.js";
import { freeStorage } from "../cluster/storage.js";
import type { Emit } from "../core/event-log.js";
import type { Provisioner } from "../provisioners/provisioner.js";
import type { LabSpec } from "../topologies/spec.js";
import { type Leftover, type OwnAddress, leftoversOf } from "./leftovers.js";
import { patience } from "./patience.js";

export interface MendOptions {
  readonly provisioner: Provisioner;
  readonly emit: Emit;
  readonly signal?: AbortSignal;
}

interface Machine {
  readonly name: string;
  readonly links: readonly OwnAddress[];
}

/**
 * Mends what a run that was killed left of its faults in machines that are kept: nobody else ever would. Nodes that are
 * disabled or stopped are another's business, for CTDB tells of them only when it is up.
 */
export async function mend(lab: LabSpec, names: ReadonlySet<string>, options: MendOptions): Promise<void> {
  const { privateNetwork, publicNetwork } = lab.cluster;
  const nodes = lab.nodes.map(({ name, privateAddress, publicAddress }) => ({
    name,
    links: [
      { network: privateNetwork, address: privateAddress },
      { network: publicNetwork, address: publicAddress },
    ],
  }));
  // What is strange on a host that was there before is its owner's.
  const clients = lab.clients.filter(({ host }) => host === null);
  const windows = clients.filter(({ kind, name }) => kind === "windows" && names.has(name));
  const own = [...lab.servers, ...clients.filter(({ kind }) => kind !== "windows")];
  const others = own.map(({ name, address }) => ({ name, links: [{ network: publicNetwork, address }] }));
  const kept = [...nodes, ...others].filter(({ name }) => names.has(name));
  await Promise.all([
    ...kept.map((machine) => mendMachine(lab, machine, options)),
    ...windows.map(({ name }) => plugInWindows(lab, name, options)),
  ]);
}

/**
 * Of a Windows only the cable can have been left out, and it may not have seen that, as Linux's driver does not with
 * the e1000e of QEMU 7.2. So it is asked nothing, and the cable is plugged in, which changes nothing where it is in.
 */
async function plugInWindows(lab: LabSpec, node: string, { provisioner }: MendOptions): Promise<void> {
  await provisioner.machines(lab.name).plug({ node, network: lab.cluster.publicNetwork }, true);
}

async function mendMachine(lab: LabSpec, machine: Machine, options: MendOptions): Promise<void> {
  const { provisioner, emit, signal } = options;
  const { mount } = lab.cluster.storage;
  const remote = provisioner.connect(lab.name, machine.name);
  for (const left of await leftoversOf(
    remote,
    { links: machine.links, mount, withinMs: 10_000 * patience(lab) },
    signal,
  )) {
    const { was, now, work } = cure(lab, machine, left, options);
    const text = `${machine.name} ${was}, left so by a run that was killed: ${now}`;
    emit({ type: "note", level: "warning", text });
    await work();
  }
}

interface Cure {
  readonly was: string;
  readonly now: string;
  readonly work: () => Promise<void>;
}

function cure(lab: LabSpec, { name: node }: Machine, left: Leftover, { provisioner }: MendOptions): Cure {
  const remote = provisioner.connect(lab.name, node);
  const { plug, fit, shape, block, throttle } = provisioner.machines(lab.name);
  const { mount } = lab.cluster.storage;
  switch (left.what) {
    case "unplugged": {
      const { network } = left;
      return { was: `had no cable to ${network}`, now: "plugged in", work: () => plug({ node, network }, true) };
    }
    case "ejected": {
      const { network } = left;
      return { was: `had no card for ${network}`, now: "put in", work: () => fit({ node, network }, true) };
    }
    case "shaped": {
      const { network } = left;
      return { was: `had a slow link to ${network}`, now: "lifted", work: () => shape({ node, network }, null) };
    }
    case "blocked": {
      const { network, address } = left;
      const peer = lab.nodes.find((one) => one.privateAddress === address)?.name ?? "";
      const work = () => block({ node, network }, [peer], false);
      return { was: `reached ${peer} no more`, now: "parted no longer", work };
    }
    case "ctdbd-gone":
      return { was: "had no ctdbd", now: "started", work: () => startCtdbd(remote) };
    case "ctdbd-frozen":
      return { was: "had a frozen ctdbd", now: "goes on", work: () => thawCtdbd(remote) };
    case "smbd-gone":
      return { was: "had no smbd", now: "started", work: () => startSmbd(remote) };
    case "storage-full":
      return { was: "had a full storage", now: "emptied", work: () => freeStorage(remote, mount) };
    case "storage-slow":
      return { was: "had a slow storage", now: "lifted", work: () => throttle(node, mount, null) };
    case "lock-lost":
      return { was: "had lost the lock's file", now: "forgotten", work: () => forgetLostLock(remote, lockPath(mount)) };
  }
}
