import type { Clock } from "../core/clock.js";
import type { Emit } from "../core/event-log.js";
import { joinSignals } from "../core/join-signals.js";
import type { Remote } from "../core/remote.js";
import type { Provisioner } from "../provisioners/provisioner.js";
import type { LabSpec } from "../topologies/spec.js";
import { addressesSettled, allNodesOk, holderOf } from "./cluster-probes.js";
import { enablingDisabled } from "./enable-disabled.js";
import { type ClusterState, followCluster } from "./follow-cluster.js";
import { type ProbeOptions, pass } from "./probe.js";
import { rdmaDevices } from "./rdma/devices.js";
import { rdmaWorks } from "./rdma/rdma-probe.js";
import { serversListen } from "./server-probe.js";
import { SmbProbe, smbAnswers } from "./smb-probe.js";
import { spreadingAddresses } from "./spread-addresses.js";
import { watchMachines } from "./watch-machines.js";

export interface ReadyOptions {
  readonly provisioner: Provisioner;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal?: AbortSignal;
}

/**
 * Waits until a lab can be used: all nodes OK in CTDB's eyes, every public address held where it will stay, an SMB
 * session with a share on each of them. Throws a ToolError that says what is missing and shows the log of the node it
 * is missing on, or at once when a machine ends.
 */
export async function awaitReady(lab: LabSpec, { provisioner, clock, emit, signal }: ReadyOptions): Promise<void> {
  const done = new AbortController();
  using either = joinSignals(signal, done.signal);
  const options = { provisioner, clock, emit, signal: either.signal };
  const both = [watchMachines(lab, options), passProbes(lab, options)];
  try {
    await Promise.race(both);
  } finally {
    done.abort();
    await Promise.allSettled(both);
  }
}

async function passProbes(lab: LabSpec, options: ProbeOptions): Promise<void> {
  const { provisioner } = options;
  const connect = (node: string) => provisioner.connect(lab.name, node);
  const awaitRdma = async () => {
    if (rdmaDevices(lab).length > 0) await pass(lab, rdmaWorks(lab, { ...options, connect }), options);
  };
  const [observer] = lab.nodes;
  if (observer === undefined) await awaitRdma();
  if (lab.servers.length > 0) await pass(lab, serversListen(lab, connect, options.signal), options);
  if (observer === undefined) return;
  let state: ClusterState = { nodes: [], addresses: [] };
  await followCluster(
    provisioner.connect(lab.name, observer.name),
    observer.runtime,
    options.signal,
    (now) => (state = now),
  );
  const nodesOk = allNodesOk(lab, () => state);
  await pass(
    lab,
    enablingDisabled(nodesOk, lab, () => state, options),
    options,
  );
  // A node that is getting there has no time to be fast, and its CTDB none to wait for what is measured.
  await awaitRdma();
  // Windows has no program in Python to ask with.
  const asker = lab.clients.find(({ kind }) => kind !== "windows") ?? observer;
  const remote = provisioner.connect(lab.name, asker.name);
  const sessions = smbProbes(lab, remote, () => state);
  try {
    const settled = addressesSettled(lab, () => state);
    await pass(
      lab,
      spreadingAddresses(settled, lab, () => state, options),
      options,
    );
    await pass(lab, smbAnswers(lab, sessions), options);
  } finally {
    await Promise.all(sessions.map((session) => session.release()));
  }
}

function smbProbes(lab: LabSpec, remote: Remote, state: () => ClusterState): SmbProbe[] {
  const [share] = lab.cluster.shares;
  if (share === undefined) return [];
  return lab.cluster.publicAddresses.map(
    (address) => new SmbProbe({ remote, address, share: share.name, holder: () => holderOf(lab, state(), address) }),
  );
}
