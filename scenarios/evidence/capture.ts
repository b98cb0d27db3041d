import { join } from "node:path";
import type { Clock } from "../../core/clock.js";
import { failureOf } from "../../core/errors.js";
import type { Failure } from "../../core/errors.js";
import type { Remote } from "../../core/remote.js";
import { CAPTURE_FILTER } from "./capture-filter.js";
import { CaptureRing } from "./capture-ring.js";

export interface CaptureOptions {
  readonly client: string;
  /** Where is captured: at the client itself, or where all that it sends passes. */
  readonly machine: Pick<Remote, "start">;
  /** The client's address on the public network. */
  readonly address: string;
  /** The interface; left out: the one that has the address. */
  readonly device?: string | undefined;
  /** The run folder; the files are `capture-<client>.pcap` and, after rotation, `capture-<client>.<n>.pcap`. */
  readonly folder: string;
  readonly clock: Clock;
  /** A file is not made longer than this; the newest two are kept. */
  readonly limitBytes?: number;
}

/** A capture that runs, or that could not be started: `stop` tells in either case. */
export interface Capture {
  /** The first file. */
  readonly file: string;
  /** Why it does not run; undefined while it does. */
  readonly failure: () => Failure | undefined;
  /** Ends the capture and waits for the last of it. Never rejects; may be called again. */
  readonly stop: () => Promise<CaptureResult>;
}

export interface CaptureResult {
  readonly client: string;
  /** The files that are kept, oldest first; empty when nothing was written. */
  readonly files: readonly string[];
  readonly bytes: number;
  readonly frames: number;
  /** Frames that the kernel dropped for want of room; null when tcpdump did not say. */
  readonly dropped: number | null;
  readonly failure?: Failure;
  /** Why the capture may lack something, in words; null when it is whole. */
  readonly incomplete: string | null;
}

const LIMIT_BYTES = 64 << 20;
/** Frames are cut to this: enough for any header, and for a CREATE with a long path and its create contexts. */
const SNAP_BYTES = 1024;
/** tcpdump starts within milliseconds; more than this means that it hangs. */
const START_MS = 10_000;
const STOP_MS = 5_000;

/**
 * Finds the interface, runs tcpdump, and ends it when standard input closes, so that none survives a driver that was
 * killed. `read` is the shell's own, so that the watcher is one process that can be ended. Frames are handed on at
 * once (immediate mode), for what waits in a buffer when tcpdump ends would be lost; the buffer of 8 MiB rides out
 * pauses. Root is kept (-Z root) because changing the user takes capabilities that the machine need not have.
 */
const SCRIPT = `
address=$1 snap=$2 filter=$3 device=$4
command -v tcpdump >/dev/null || { echo "plugfest: no tcpdump" >&2; exit 127; }
set -- "" "$device"
[ -n "$device" ] || set -- $(ip -o -4 addr show to "$address")
interface=\${2:-}
[ -n "$interface" ] || { echo "plugfest: no interface has $address" >&2; exit 3; }
exec 3<&0
tcpdump -p -n -Z root -i "$interface" -s "$snap" -B 8192 --immediate-mode -w - "$filter" </dev/null 3<&- &
dump=$!
{ while read -r line; do :; done <&3; kill "$dump"; } >/dev/null 2>&1 &
watch=$!
exec 3<&-
wait "$dump"; code=$?
kill "$watch" 2>/dev/null
exit "$code"`;

/**
 * Starts a capture of the client's traffic. Resolves when frames are being captured, or when it is clear that none will
 * be: a failure is data here, for a run without a capture goes on and its verdict is unknown.
 */
export async function startCapture(options: CaptureOptions): Promise<Capture> {
  const { client, machine, address, device, folder, clock, limitBytes = LIMIT_BYTES } = options;
  const ring = new CaptureRing(join(folder, `capture-${client}`), limitBytes);
  // Others may be behind the same interface: what is no ARP must be to or from this client.
  const filter = device === undefined ? CAPTURE_FILTER : `(${CAPTURE_FILTER}) and (arp or host ${address})`;
  let stderr = "";
  let failure: Failure | undefined;
  let stopping = false;
  let listens: (() => void) | undefined;
  const listening = new Promise<void>((resolve) => {
    listens = resolve;
  });
  const running = machine.start(["sh", "-c", SCRIPT, "sh", address, String(SNAP_BYTES), filter, device ?? ""], {
    onStdout: (chunk) => {
      ring.push(chunk);
    },
    onStderr: (chunk) => {
      stderr = (stderr + chunk.toString()).slice(-4096);
      if (stderr.includes("listening on")) listens?.();
    },
  });
  const ended = running
    .then((process) => process.exited)
    .then(
      (exit) => {
        if (!stopping || exit !== 0) failure ??= died({ client, isHere: device !== undefined }, exit, stderr, stopping);
      },
      (error: unknown) => {
        failure ??= failureOf(error);
      },
    );
  const late = new AbortController();
  await Promise.race([
    listening,
    ended,
    clock.sleep(START_MS, late.signal).then(
      () => {
        failure ??= {
          code: "capture/slow",
          message: `tcpdump for ${client} did not start`,
          stderrTail: tail(stderr),
        };
      },
      () => undefined,
    ),
  ]);
  late.abort();

  const stop = async (): Promise<CaptureResult> => {
    stopping = true;
    const gaveUp = new AbortController();
    await running.then(
      (process) => {
        process.release();
      },
      () => undefined,
    );
    const inTime = await Promise.race([
      ended.then(() => true),
      clock.sleep(STOP_MS, gaveUp.signal).then(
        () => false,
        () => true,
      ),
    ]);
    gaveUp.abort();
    if (!inTime) failure ??= { code: "capture/stuck", message: `tcpdump for ${client} did not end when asked to` };
    const broken = await ring.end();
    failure ??= broken;
    const dropped = droppedIn(stderr);
    return {
      client,
      files: ring.files,
      bytes: ring.bytes,
      frames: ring.frames,
      dropped,
      ...(failure === undefined ? {} : { failure }),
      incomplete: lacks(failure, dropped, ring.discarded),
    };
  };
  let result: Promise<CaptureResult> | undefined;
  return {
    file: join(folder, `capture-${client}.pcap`),
    failure: () => failure,
    stop: () => (result ??= stop()),
  };
}

/** What is captured elsewhere than at the client is captured by this host. */
interface Of {
  readonly client: string;
  readonly isHere: boolean;
}

function died({ client, isHere }: Of, exit: number, stderr: string, stopping: boolean): Failure {
  const hint = stderr.includes("no tcpdump")
    ? isHere
      ? "install tcpdump on this host: `plugfest doctor --fix` does it"
      : "the machine needs tcpdump: rebuild its image"
    : /permission|not permitted/i.test(stderr)
      ? "capturing needs the capability NET_RAW on that machine"
      : undefined;
  return {
    code: stopping ? "capture/failed" : "capture/died",
    message: `the packet capture on ${client} ${stopping ? "ended badly" : "ended before it was asked to"}`,
    command: "tcpdump",
    exit,
    stderrTail: tail(stderr),
    ...(hint === undefined ? {} : { hint }),
  };
}

function droppedIn(stderr: string): number | null {
  const said = /^(\d+) packets? dropped by kernel/m.exec(stderr)?.[1];
  return said === undefined ? null : Number(said);
}

function lacks(failure: Failure | undefined, dropped: number | null, discarded: number): string | null {
  const said = [
    ...(failure === undefined ? [] : [failure.message, ...(failure.stderrTail ? [failure.stderrTail] : [])]),
    ...(dropped !== null && dropped > 0 ? [`the kernel dropped ${String(dropped)} frames`] : []),
    ...(discarded > 0 ? [`the oldest ${String(discarded)} files were removed to make room`] : []),
  ];
  return said.length === 0 ? null : said.join("; ");
}

function tail(stderr: string): string {
  return stderr.trim().split("\n").slice(-5).join("\n");
}
