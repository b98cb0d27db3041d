import type { EventBody, LockAnswer, ReadBackFrom, TransferResult } from "../core/event.js";
import type { Profile } from "../topologies/spec.js";

/** What copies: one interface for every kind of client, one shape of result. */
export interface Client {
  readonly name: string;
  /** The keys of a copy's encrypted sessions, a line of JSON each, for whoever reads a capture; undefined without. */
  sessionKeys(copy: string): Promise<string | undefined>;
  /** Writes a generated file to the share and rides through failovers. */
  put(job: PacedJob, observe: (event: EventBody) => void): Transfer;
  /** Reads a file by the cluster's floating addresses, rides through failovers, and compares every byte. */
  read(job: PacedJob, observe: (event: EventBody) => void): Transfer;
  /** Writes the payload's many files into the directory `path`. */
  putFiles(job: PacedJob, observe: (event: EventBody) => void): Transfer;
  /** Writes the file `<path>.0` and renames it, so many times, up to `<path>.<times>`. */
  rename(job: PacedJob & { readonly times: number }, observe: (event: EventBody) => void): Transfer;
  /** Has the server copy the file `source` of the same share. */
  serverCopy(job: PacedJob & { readonly source: string }, observe: (event: EventBody) => void): Transfer;
  /** What one address answers to an FSCTL on a file: a status. */
  fsctl(job: FsctlJob, signal: AbortSignal): Promise<{ readonly status: string } | { readonly failed: string }>;
  /** Opens a file and holds it, idle until the marks `idle` and `held` are released. */
  hold(job: HoldJob, observe: (event: EventBody) => void): Transfer;
  /** Tries at one address to get what the holder of a file has. */
  contend(job: ContendJob, signal: AbortSignal): Promise<Contention | { readonly failed: string }>;
  /** Reads a file back from one address, hashes it and compares every byte with what was to be written. */
  get(job: GetJob, observe: (event: EventBody) => void): Transfer;
}

/** Names a generated payload: the same seed, run and size give the same bytes on any machine. */
export interface Payload {
  /** 32 hex digits. */
  readonly seed: string;
  readonly run: string;
  readonly sizeBytes: number;
  /** How many files of one size it is cut up into; it is one where this is left out. */
  readonly files?: number;
}

/** The acknowledgement of the byte `at`, or of so many writes. */
export type Mark = {
  readonly id: string;
  /** From here on the client goes slowly, until `Transfer.release` or not for long: what is done here lands here. */
  readonly slow: boolean;
} & ({ readonly at: number } | { readonly write: number });

/** What every workload asks of its client. */
export interface WorkloadJob {
  /** The workload's id in the scenario. */
  readonly copy: string;
  readonly share: string;
  readonly path: string;
  readonly payload: Payload;
  /** Floating addresses of the cluster; the first is connected to first. */
  readonly addresses: readonly string[];
  readonly profile: Profile;
  /** Moments at which a `copy.mark` event is wanted at once. */
  readonly marks: readonly Mark[];
}

/** A job whose speed can be limited. */
export interface PacedJob extends WorkloadJob {
  /** Bytes per second, or null for as fast as it goes. */
  readonly rate: number | null;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
  readonly exclusive: boolean;
}

/** What a handle that is held may ask for: a lease in the letters of MS-SMB2, a batch oplock, or neither. */
export const leases = ["RWH", "RH", "RW", "R", "batch", "none"] as const;
export type Lease = (typeof leases)[number];

export interface HoldJob extends WorkloadJob {
  readonly lease: Lease;
  readonly locks: readonly ByteRange[];
  /** Whether the file goes when it is closed. */
  readonly deleteOnClose: boolean;
}

export const fsctls = ["offload-read", "offload-write", "trim", "resume-key"] as const;

export interface FsctlJob {
  readonly share: string;
  readonly path: string;
  readonly address: string;
  readonly code: (typeof fsctls)[number];
  /** The bytes it is asked for. */
  readonly length: number;
}

export interface ContendJob {
  readonly share: string;
  readonly path: string;
  readonly address: string;
  readonly locks: readonly ByteRange[];
}

/** Statuses of the server: of opening the file, of opening it for writing, of each lock. */
export interface Contention {
  readonly open: string;
  readonly writing: string;
  readonly locks: readonly LockAnswer[];
}

export interface GetJob {
  readonly copy: string;
  readonly share: string;
  readonly path: string;
  readonly payload: Payload;
  readonly from: ReadBackFrom;
  readonly address: string;
}

export type TransferOutcome =
  | { readonly ok: true; readonly result: TransferResult }
  | { readonly ok: false; readonly stage: string; readonly status: string; readonly message: string };

export interface Transfer {
  /** Settles when the program ended. Rejects with a ToolError when the client itself broke: no verdict can follow. */
  readonly finished: Promise<TransferOutcome>;
  /** Asks the program to stop. */
  stop(): void;
  /** Lets go of a mark: at a slow one the client goes on as fast as it can, at one that holds it goes on. */
  release(mark: string): void;
}
