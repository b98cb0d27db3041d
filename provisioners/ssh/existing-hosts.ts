import { randomUUID } from "node:crypto";
import type { Clock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { specHash } from "../../core/hash.js";
import type { Remote } from "../../core/remote.js";
import type { MachineObject, ObservedObject, Stamp } from "../../topologies/objects.js";
import type { MachineSort } from "../machine-sort.js";
import type { Machines } from "../provisioner.js";
import { HostConnections } from "./host-connections.js";
import { named } from "./host-connection.js";
import {
  allHostRecords,
  type HostRecord,
  readHostRecord,
  recordPath,
  removeHostRecord,
  writeHostRecord,
} from "./host-record.js";
import type { HostSystem } from "./host-system.js";
import { linuxHost } from "./linux-host.js";
import { sshRemote } from "./ssh-remote.js";
import { windowsHost } from "./windows-host.js";

export interface HostSurroundings {
  /** Holds the records of the hosts that labs use. */
  readonly stateFolder: string;
  readonly clock: Clock;
}

const systems: Readonly<Record<HostRecord["system"], HostSystem>> = { linux: linuxHost, windows: windowsHost };

/** The file on the host that says which adoption its files are of. */
const markFile = "/adopted";

/**
 * Hosts that are there already: checked, given plugfest's files in a folder of their own, and used. They are neither made
 * nor removed; what is removed is that folder, and what runs from it.
 */
export function existingHosts({ stateFolder, clock }: HostSurroundings): MachineSort {
  const connections = new HostConnections();
  const pathOf = (lab: string, node: string) => recordPath(stateFolder, lab, node);
  const find = (lab: string, node: string) => readHostRecord(pathOf(lab, node));
  const remoteOf = (record: HostRecord): Remote => {
    const { shell, root } = systems[record.system];
    const open = (line: string, signal?: AbortSignal) => connections.command(record, line, signal);
    return sshRemote(record.lab, record.node, open, root(record), shell);
  };
  const clear = (record: HostRecord) =>
    systems[record.system].clear(remoteOf(record), systems[record.system].root(record));

  return {
    makes: ({ host }) => host !== undefined,
    has: (lab, node) => find(lab, node) !== undefined,
    owns: ({ kind, lab, id, ref }) => kind === "machine" && ref === pathOf(lab, nameIn(id)),
    addressOf: (lab, { node, network }) =>
      find(lab, node)?.endpoints.find((endpoint) => endpoint.network === network)?.address,
    observe: async (lab, signal) => {
      signal?.throwIfAborted();
      return Promise.all(
        allHostRecords(stateFolder, lab).map(async ({ path, record }): Promise<ObservedObject> => {
          const why = await whyNotReady(remoteOf(record), record);
          const { id, specHash, createdMs, stamp } = record;
          const seen = { id, lab: record.lab, kind: "machine", ref: path, specHash, createdMs, stamp } as const;
          return { ...seen, state: why === undefined ? "ready" : "stopped", stateReason: why ?? "" };
        }),
      );
    },
    create: async (spec, stamp, secrets, signal) => {
      signal?.throwIfAborted();
      const path = pathOf(spec.lab, spec.node);
      const record = claim(path, spec, stamp, clock);
      const who = named(spec.node, record.host);
      const remote = remoteOf(record);
      const addresses = spec.endpoints.map(({ address }) => address);
      const system = systems[record.system];
      const found = await system.check(remote, addresses, who);
      await system.checkClock(remote, clock, who);
      signal?.throwIfAborted();
      await clear(record);
      await system.prepare(remote, system.root(record));
      await remote.put([...spec.files, ...secrets]);
      // Last: with it the adoption is whole.
      await remote.put([{ path: markFile, content: record.mark, mode: 0o600 }]);
      writeHostRecord(path, { ...record, found });
    },
    remove: async (object, signal) => {
      signal?.throwIfAborted();
      const record = readHostRecord(object.ref);
      if (record?.id !== object.id) return;
      try {
        await clear(record);
      } catch (error) {
        // What is left on a host that cannot be reached has the account of a lab that is gone; Linux keeps it in memory only.
        if (!(error instanceof ToolError)) throw error;
      }
      connections.close(record);
      removeHostRecord(object.ref);
    },
    machines: () => untouchable,
    connect: (lab, node) => {
      const record = find(lab, node);
      if (record !== undefined) return remoteOf(record);
      throw new ToolError({
        code: "machine/missing",
        message: `lab ${lab} uses no host as ${node}`,
        hint: "`plugfest ls` shows what there is",
      });
    },
    logs: (lab, node, { sinceMs = 0, tailBytes, timestamps = false } = {}) => {
      const record = find(lab, node);
      if (record === undefined || record.createdMs < sinceMs) return Promise.resolve(Buffer.alloc(0));
      const lead = timestamps ? `${new Date(record.createdMs).toISOString()} ` : "";
      const lines = [`plugfest uses ${named(node, record.host)}`, ...record.found];
      const text = Buffer.from(lines.map((line) => `${lead}${line}\n`).join(""));
      return Promise.resolve(tailBytes === undefined ? text : text.subarray(-tailBytes));
    },
  };
}

/** The record of a host, written before anything is done to it; one that a killed command left is carried on with. */
function claim(path: string, spec: MachineObject, stamp: Stamp, clock: Clock): HostRecord {
  const { id, lab, node, host, endpoints, system = "linux" } = spec;
  if (host === undefined) throw new Error(`${node} is no host`);
  const before = readHostRecord(path);
  if (before !== undefined && before.specHash !== specHash(spec)) {
    throw new ToolError({
      code: "object/changed",
      message: `could not use ${named(node, host)}: the lab uses it already, to another specification`,
      hint: `\`plugfest down ${lab}\` lets go of it`,
    });
  }
  const record: HostRecord = {
    ...{ id, lab, node, host, system, endpoints: [...endpoints], stamp, found: [] },
    ...{ specHash: specHash(spec), createdMs: clock.now(), mark: randomUUID() },
  };
  writeHostRecord(path, record);
  return record;
}

async function whyNotReady(remote: Remote, { mark }: HostRecord): Promise<string | undefined> {
  try {
    const there = (await remote.get(markFile))?.toString();
    if (there === mark) return undefined;
    return there === undefined ? "plugfest's files are not on it: it was started anew" : "another plugfest uses it";
  } catch (error) {
    if (error instanceof ToolError) return error.failure.message;
    throw error;
  }
}

const untouchable: Machines = {
  power: (node) => refuse(node, "it is not plugfest's to switch off, on or freeze"),
  plug: ({ node }) => refuse(node, "its cables are not plugfest's to pull"),
  fit: ({ node }) => refuse(node, "its cards are not plugfest's to take out"),
  shape: ({ node }) => refuse(node, "its links are not plugfest's to change"),
  block: ({ node }) => refuse(node, "its links are not plugfest's to change"),
  throttle: (node) => refuse(node, "its disks are not plugfest's to change"),
  snapshot: (node) => refuse(node, "its state is not plugfest's to keep"),
  restore: (node) => refuse(node, "its state is not plugfest's to change"),
};

function refuse(node: string, why: string): Promise<never> {
  const hint = "cause the fault at a node's side instead";
  return Promise.reject(
    new ToolError({ code: "host/not-ours", message: `${node} is a host that was there before: ${why}`, hint }),
  );
}

function nameIn(id: string): string {
  return id.slice(id.indexOf("/") + 1);
}
