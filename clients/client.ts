import type { EventBody, ReadBackFrom, TransferResult } from "../core/event.js";
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
  /** Reads a file back from one address, hashes it and compares every byte with what was to be written. */
  get(job: GetJob, observe: (event: EventBody) => void): Transfer;
}

/** Names a generated payload: the same seed, run and size give the same bytes on any machine. */
export interface Payload {
  /** 32 hex digits. */
  readonly seed: string;
  readonly run: string;
  readonly sizeBytes: number;
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
  /** What was to be done at a slow mark is done: the client goes on as fast as it can. */
  release(mark: string): void;
}
