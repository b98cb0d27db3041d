import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Cluster, ClusterState } from "../cluster/verbs.js";
import type { Client, Transfer, TransferOutcome, WorkloadJob } from "../clients/client.js";
import { abortable } from "../core/abortable.js";
import type { Clock } from "../core/clock.js";
import type { EventBody, TransferResult, TransferVerb } from "../core/event.js";
import type { ExecResult, Remote } from "../core/remote.js";
import { spec } from "../lab/lab.fixture.js";
import type { Machines } from "../provisioners/provisioner.js";
import type { RunParts } from "./run.js";
import { readScenario } from "./load.js";

/** Time stands still: nothing is ever late, and who sleeps wakes only when told to stop. */
export const stillAt = (ms: number): Clock => ({
  now: () => ms,
  sleep: (_ms, signal) =>
    new Promise((_resolve, reject) => {
      const wake = () => {
        reject(new Error("woken"));
      };
      if (signal?.aborted) wake();
      signal?.addEventListener("abort", wake);
    }),
});

const done: ExecResult = { exit: 0, stdout: "", stderr: "" };
const result: TransferResult = { bytes: 1000, seconds: 1, md5: "m", sha256: "s", mismatch: null, gaps: [] };

/** What a test may change of the lab it runs its steps in. */
export interface FakeLab {
  /** What `exec` steps do. */
  exec: (node: string, command: string) => ExecResult | Promise<ExecResult>;
  /** What a node says of the cluster, which is in this state. */
  view: (node: string, state: ClusterState) => ClusterState;
  enable: (node: string) => Promise<void>;
  disable: (node: string) => Promise<void>;
  /** What is done to machines from outside. */
  machine: (call: string) => Promise<void>;
  /** How a copy goes on once its marks were reached and their steps had their chance. */
  ends: () => Promise<TransferOutcome>;
  /** Whether a copy gets as far as its marks. */
  reachesMarks: boolean;
  /** What the client says besides, after its marks. */
  says: (copy: string) => readonly EventBody[];
  /** Marks that the client was let go at. */
  released: { push: (mark: string) => unknown };
  readBack: TransferResult;
  /** What a TRIM is answered. */
  fsctl: string;
  clock: Clock;
  prove: boolean;
}

/**
 * A scenario and a lab without machines: CTDB's verbs, the client and commands are functions of the test. tcpdump runs
 * and sees nothing.
 */
export function fakeRun(steps: string, change: Partial<FakeLab> = {}) {
  const events: EventBody[] = [];
  const calls: string[] = [];
  const interrupt = new AbortController();
  const disabled = new Set<string>();
  const folder = mkdtempSync(join(tmpdir(), "plugfest-run-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const lab: FakeLab = {
    exec: () => done,
    view: (_node, state) => state,
    enable: () => Promise.resolve(),
    disable: () => Promise.resolve(),
    machine: () => Promise.resolve(),
    ends: () => Promise.resolve({ ok: true, result }),
    reachesMarks: true,
    says: () => [],
    released: [] as string[],
    readBack: result,
    fsctl: "0xC0000010 NT_STATUS_INVALID_DEVICE_REQUEST",
    clock: stillAt(1_000),
    prove: false,
    ...change,
  };
  const holder = () => spec.nodes.find(({ name }) => !disabled.has(name))?.name;
  const state = (): ClusterState => ({
    nodes: spec.nodes.map(({ name, pnn }) => ({ node: name, pnn, flags: disabled.has(name) ? ["Disabled"] : [] })),
    addresses: spec.cluster.publicAddresses.map((address) => ({ address, node: holder() ?? null })),
  });
  const cluster: Cluster = {
    disable: async (node) => {
      calls.push(`disable ${node}`);
      await lab.disable(node);
      disabled.add(node);
    },
    enable: async (node) => {
      calls.push(`enable ${node}`);
      await lab.enable(node);
      disabled.delete(node);
    },
    ...told(calls),
    state: () => Promise.resolve(state()),
    viewOf: (node) => Promise.resolve(lab.view(node, state())),
    holderOf: () => Promise.resolve(holder()),
  };
  const parts: RunParts = {
    scenario: readScenario("sim.yaml", `name: sim\ntopology: sim\n${steps}`).scenario,
    spec,
    cluster,
    clients: new Map([["laptop", fakeClient(lab, calls)]]),
    remote: (node) => fakeMachine(node, lab, calls),
    captureAt: ({ name }) => ({ machine: fakeMachine(name, lab, calls) }),
    machines: fakeMachines(lab, calls),
    replace: (node, samba) => {
      calls.push(`replace ${node} by ${samba}`);
      return Promise.resolve();
    },
    nodeLogs: () => Promise.resolve(Buffer.from("")),
    clock: lab.clock,
    emit: (event) => events.push(event),
    signal: interrupt.signal,
    folder,
    seed: "00".repeat(16),
    runId: "run",
    prove: lab.prove,
  };
  return { parts, events, calls, interrupt };
}

/** Verbs that a test only wants to see called. */
function told(
  calls: string[],
): Pick<Cluster, "stop" | "continue" | "ban" | "unban" | "moveAddress" | "reallocate" | "leader"> {
  const tell = (call: string) => {
    calls.push(call);
    return Promise.resolve();
  };
  return {
    stop: (node) => tell(`stop ${node}`),
    continue: (node) => tell(`continue ${node}`),
    ban: (node, forMs) => tell(`ban ${node} ${String(forMs)}`),
    unban: (node) => tell(`unban ${node}`),
    moveAddress: (address, to) => tell(`moveip ${address} ${to}`),
    reallocate: () => tell("ipreallocate"),
    leader: () => Promise.resolve("node1"),
  };
}

function fakeMachines(lab: FakeLab, calls: string[]): Machines {
  const tell = async (call: string) => {
    calls.push(call);
    await lab.machine(call);
  };
  return {
    power: (node, to) => tell(`power ${node} ${to}`),
    plug: ({ node, network }, plugged) => tell(`${plugged ? "plug" : "unplug"} ${node}/${network}`),
    fit: ({ node, network }, fitted) => tell(`${fitted ? "fit" : "eject"} ${node}/${network}`),
    block: ({ node, network }, to, blocked) =>
      tell(`${blocked ? "block" : "unblock"} ${node}/${network} to ${to.join(", ")}`),
    throttle: (node, path, rate) => tell(`throttle ${node} ${path} ${String(rate)}`),
    snapshot: (node, name) => tell(`snapshot ${node} ${name}`),
    restore: (node, name) => tell(`restore ${node} ${name}`),
    shape: ({ node, network }, shape) => tell(`shape ${node}/${network} ${JSON.stringify(shape)}`),
  };
}

function fakeClient(lab: FakeLab, calls: string[]): Client {
  const paced =
    (verb: TransferVerb) =>
    ({ copy, share, path, addresses, marks, payload }: WorkloadJob, observe: (event: EventBody) => void): Transfer => {
      if (copy.includes("@")) calls.push(`${verb} ${share}/${path}`);
      const [address = ""] = addresses;
      let stopped: (outcome: TransferOutcome) => void = () => undefined;
      const stop = new Promise<TransferOutcome>((resolve) => (stopped = resolve));
      const held = new Set(marks.filter(({ slow }) => slow).map(({ id }) => id));
      let go: () => void = () => undefined;
      const letGo = new Promise<void>((resolve) => (go = resolve));
      if (held.size === 0) go();
      const marked = releasable();
      const run = async (): Promise<TransferOutcome> => {
        // Events come after `put` has returned, as those of a program do.
        await Promise.resolve();
        observe({ type: "copy.connected", copy, clientMs: 1, address, port: 1, dialect: "3.1.1", signing: "aes-gmac" });
        const granted = { durable: true, persistent: true, timeoutMs: 60_000, lease: "RWH", oplock: "lease" };
        observe({ type: "copy.opened", copy, clientMs: 2, path: "dvd.iso", granted });
        for (const mark of lab.reachesMarks ? marks : []) {
          const atByte = "at" in mark ? mark.at : mark.write;
          observe({ type: "copy.mark", copy, clientMs: 3, id: mark.id, atByte, acked: atByte });
        }
        for (const event of lab.says(copy)) observe(event);
        // As the program does, it lets the steps at its marks happen before it goes on.
        if (lab.reachesMarks) await Promise.race([letGo, stop]);
        if (verb === "hold") await heldUntilReleased(copy, marked, observe, calls);
        const outcome = await Promise.race([lab.ends(), stop]);
        if (outcome.ok) {
          const finished = { ...outcome.result, bytes: payload.sizeBytes };
          observe({ type: "copy.finished", copy, clientMs: 9, verb, result: finished });
          return { ok: true, result: finished };
        }
        return outcome;
      };
      const stopIt = () => {
        calls.push("stop copy");
        stopped({ ok: false, stage: "aborted", status: "", message: "stopped" });
      };
      return transfer(run(), stopIt, (mark) => {
        lab.released.push(mark);
        marked.release(mark);
        held.delete(mark);
        if (held.size === 0) go();
      });
    };
  return {
    name: "laptop",
    sessionKeys: () => Promise.resolve(undefined),
    put: paced("put"),
    read: paced("get"),
    hold: paced("hold"),
    putFiles: paced("files"),
    rename: paced("rename"),
    serverCopy: paced("server-copy"),
    fsctl: ({ code }) => Promise.resolve({ status: code === "trim" ? lab.fsctl : "0x00000000 NT_STATUS_OK" }),
    contend: ({ address, locks }) => {
      calls.push(`contend at ${address}`);
      const refused = "0xC0000055 NT_STATUS_LOCK_NOT_GRANTED";
      const open = "0x00000000 NT_STATUS_OK";
      return Promise.resolve({ open, writing: open, locks: locks.map((lock) => ({ ...lock, status: refused })) });
    },
    get: ({ from }) => {
      calls.push(`read back from ${from}`);
      return transfer(Promise.resolve({ ok: true, result: lab.readBack }), () => undefined);
    },
  };
}

/** Marks of a client that holds, and who waits for them to be released. */
function releasable() {
  const released = new Set<string>();
  const waiting = new Map<string, () => void>();
  return {
    release: (mark: string) => {
      released.add(mark);
      waiting.get(mark)?.();
    },
    until: (mark: string) =>
      released.has(mark) ? Promise.resolve() : new Promise<void>((resolve) => waiting.set(mark, resolve)),
  };
}

async function heldUntilReleased(
  copy: string,
  marked: ReturnType<typeof releasable>,
  observe: (event: EventBody) => void,
  calls: string[],
): Promise<void> {
  const held = marked.until("held");
  observe({ type: "copy.idle", copy, clientMs: 3, locks: 1 });
  await marked.until("idle");
  calls.push("use the handle");
  observe({ type: "copy.held", copy, clientMs: 4 });
  await held;
}

function transfer(
  finished: Promise<TransferOutcome>,
  stop: () => void,
  release: (mark: string) => void = () => undefined,
): Transfer {
  let over = false;
  void finished.then(
    () => (over = true),
    () => (over = true),
  );
  return {
    finished,
    stop: () => {
      if (!over) stop();
    },
    release,
  };
}

function fakeMachine(node: string, lab: FakeLab, calls: string[]): Remote {
  const { publicAddress = "" } = spec.nodes.find(({ name }) => name === node) ?? {};
  const interfaces = [{ address: `02:00:00:00:00:${node.slice(-2)}`, addr_info: [{ local: publicAddress }] }];
  return {
    node,
    exec: (argv) => {
      if (argv[0] === "ip") return Promise.resolve({ ...done, stdout: JSON.stringify(interfaces) });
      calls.push(`exec ${node} ${argv[2] ?? ""}`);
      return Promise.resolve(lab.exec(node, argv[2] ?? ""));
    },
    start: (argv, { onStdout, onStderr, signal }) => {
      let ended: (exit: number) => void = () => undefined;
      const exited = abortable(new Promise<number>((resolve) => (ended = resolve)), signal);
      exited.catch(() => undefined);
      const write = () => {
        calls.push(`read back from store`);
        const { bytes, md5, sha256, mismatch } = lab.readBack;
        onStdout(
          Buffer.from(
            `${JSON.stringify({ t: 1, ev: "result", bytes, seconds: 1, md5, sha256, mismatch, gaps: [] })}\n`,
          ),
        );
        ended(0);
      };
      if (argv[0] === "sh") onStderr?.(Buffer.from("tcpdump: listening on eth0\n"));
      return Promise.resolve({
        exited,
        write,
        release: () => {
          ended(0);
        },
      });
    },
    put: () => Promise.resolve(),
    get: () => Promise.resolve(undefined),
  };
}
