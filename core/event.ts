import type { Failure } from "./errors.js";
import type { Owner } from "./owner.js";

/**
 * Everything that happens, as plain JSON. Each event is appended to `events.jsonl` before anyone sees it; console,
 * dashboard and reports are folds over this union. If it is not in the log, it did not happen.
 *
 * Times are milliseconds since the Unix epoch. `atMs` of the envelope says when plugfest wrote the event; where a
 * node or client saw it happen earlier, the body carries that moment in a field of its own.
 */
export type Event = Envelope & EventBody;

export interface Envelope {
  /** Version of this schema: readers refuse what they do not know. */
  readonly v: 1;
  readonly seq: number;
  readonly atMs: number;
}

export type Outcome = "pass" | "fail" | "unknown";

export interface Verdict {
  readonly outcome: Outcome;
  /** Why it is not a pass; empty for a pass. */
  readonly reasons: readonly string[];
}

/** G0 to G5, see docs/scenario.md; undefined while the evidence does not decide. */
export type Grade = "G0" | "G1" | "G2" | "G3" | "G4" | "G5";

export type PhaseName =
  "release" | "takeover" | "announce" | "notice" | "connect" | "session" | "reclaim" | "first-write";

export interface Phase {
  readonly name: PhaseName;
  /** What ended the phase and where that was seen, for people. */
  readonly evidence: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface NodeState {
  readonly node: string;
  readonly pnn: number;
  /** CTDB's flags in CTDB's words, such as `Disabled`; empty when the node is OK. */
  readonly flags: readonly string[];
}

export interface AddressState {
  readonly address: string;
  /** The node that holds it, or null while nobody does. */
  readonly node: string | null;
}

export interface Granted {
  readonly durable: boolean;
  readonly persistent: boolean;
  readonly timeoutMs: number;
  /** Lease in the letters of MS-SMB2, such as `RWH`; empty without one. */
  readonly lease: string;
  readonly oplock: string;
}

export interface Mismatch {
  readonly offset: number;
  readonly class: string;
  readonly detail: string;
}

/** What reading or writing a file gave. `seconds` and hashes are of the bytes that went through. */
export interface TransferResult {
  readonly bytes: number;
  readonly seconds: number;
  readonly md5: string | null;
  readonly sha256: string | null;
  readonly mismatch: Mismatch | null;
  /** Where the store is not what it should be, in whole blocks: the first 16 ranges. */
  readonly bad?: readonly { readonly from: number; readonly to: number; readonly class: string }[];
  /** The longest gaps between consecutive acknowledgements, longest first. */
  readonly gaps: readonly { readonly startMs: number; readonly ms: number; readonly acked: number }[];
}

/**
 * What is done with a file: `put` writes it, `get` reads it by SMB, `store` reads it where the cluster keeps it, `hold`
 * keeps it open, `rename` renames it, `server-copy` has the server copy it; `files` writes many.
 */
export type TransferVerb = "put" | "get" | "store" | "hold" | "files" | "rename" | "server-copy";

/** What a server answered to a client that wanted, or gave up, the lock on a range of bytes. */
export interface LockAnswer {
  readonly offset: number;
  readonly length: number;
  readonly status: string;
}

/** A defect that was planted below a check by `run --prove`, and whether the check turned red as it must. */
export interface PlantedDefect {
  readonly name: string;
  readonly result: "caught" | "missed" | "no place";
  /** What the check said then, or why the defect was not planted. */
  readonly reason: string;
}

/** A fault of a nemesis's schedule; times are since the nemesis began. */
export interface NemesisFault {
  /** Id of the step that causes it. */
  readonly step: string;
  readonly title: string;
  readonly atMs: number;
  readonly forMs: number;
  /** Which of the faults of its declaration or schedule. */
  readonly fault: number;
  /** The node that was drawn; null where none was to be. */
  readonly node: string | null;
}

/** What RDMA between two machines did: rping, bandwidth, and what their devices counted in that time. */
export interface RdmaMeasured {
  readonly from: string;
  readonly to: string;
  readonly network: string;
  /** `said` is why there was no answer. */
  readonly ping: { readonly answered: boolean; readonly rounds: number; readonly ms: number; readonly said: string };
  /** Null when none was measured; `bytesPerSecond` is null when none came out, and `said` why. */
  readonly bandwidth: {
    readonly verb: "write" | "read" | "send";
    readonly bytes: number;
    readonly bytesPerSecond: number | null;
    readonly said: string;
  } | null;
  /** Of `from`, then of `to`: the device's state at the end, and the packets it counted; null where nobody tells. */
  readonly ends: readonly {
    readonly node: string;
    readonly device: string;
    readonly state: string | null;
    readonly packets: Counted | null;
    /** By its interface, where the device is of a sort that counts nothing: soft-iWARP. */
    readonly bytes?: Counted;
  }[];
}

/** Bytes or packets, of an interface or a device. */
export interface Counted {
  readonly sent: number;
  readonly received: number;
}

/** What went over the links of a copy's client and server while it ran. */
export interface RdmaCarried {
  readonly copy: string;
  /** Of the client, then of the server; null where nobody tells. */
  readonly ends: readonly {
    readonly node: string;
    readonly kind: "rxe" | "siw";
    readonly device: string;
    /** As the device itself counts; soft-iWARP's does not. */
    readonly packets: Counted | null;
    /** IP bytes of its interface: those of RDMA, and those of TCP. */
    readonly rdmaBytes: Counted | null;
    readonly tcpBytes: Counted | null;
  }[];
}

/** Where a copy was read back from: a node's name, or `store` for the cluster's backing file system. */
export type ReadBackFrom = string;

export type EventBody =
  | {
      type: "run.started";
      scenario: string;
      topology: string;
      lab: string;
      version: string;
      argv: string[];
      seed: string;
      /** The process that writes these events; absent where an earlier version wrote. */
      owner?: Owner;
    }
  | { type: "versions"; versions: Readonly<Record<string, string>> }
  | {
      type: "plan.ready";
      creates: number;
      keeps: number;
      removes: number;
      actions: { id: string; op: string; reason: string }[];
    }
  | { type: "action.started" | "action.finished"; id: string; op: string }
  | { type: "action.failed"; id: string; op: string; failure: Failure }
  | { type: "image.started"; image: string; why: string; logPath: string }
  | { type: "image.progress"; image: string; line: string }
  | { type: "image.ready"; image: string; built: boolean; seconds: number }
  | { type: "probe.waiting"; probe: string; detail: string }
  | { type: "probe.passed"; probe: string; afterMs: number }
  | { type: "lab.ready"; lab: string; afterMs: number }
  | { type: "lab.removed"; lab: string; objects: number }
  | { type: "cluster.state"; nodes: NodeState[]; addresses: AddressState[] }
  /** What a node says about itself: CPU time in percent of one core, connections to smbd, whether it leads the cluster. */
  | { type: "node.vitals"; node: string; cpuPercent: number | null; connections: number | null; leader: boolean }
  | { type: "step.started"; step: string; title: string }
  | { type: "step.finished"; step: string; title: string; outcome: Outcome; reason?: string }
  | { type: "capture.started"; client: string; file: string }
  | { type: "capture.stopped"; client: string; file: string; bytes: number; dropped: number | null; failure?: Failure }
  | CopyEvent
  | { type: "nemesis.planned"; step: string; seed: string | null; faults: NemesisFault[] }
  | { type: "fault.started"; fault: string; nodes: string[]; why: string; serving: boolean }
  | { type: "fault.injected"; fault: string; nodes: string[]; startedMs: number; doneMs: number }
  | { type: "fault.healed"; fault: string; nodes: string[] }
  | { type: "phases"; copy: string; phases: Phase[]; stallMs: number }
  | { type: "evidence"; copy: string; evidence: CopyEvidence }
  | ({ type: "rdma.measured" } & RdmaMeasured)
  | ({ type: "rdma.carried" } & RdmaCarried)
  | { type: "check.finished"; check: string; outcome: Outcome; reason: string }
  | { type: "check.proven"; check: string; proven: boolean; reason: string; defects: PlantedDefect[] }
  | { type: "note"; level: "info" | "warning"; text: string }
  | { type: "failure"; failure: Failure }
  | { type: "run.finished"; verdict: Verdict; folder: string }
  | { type: "shrink.trying"; run: number; faults: string[]; of: number }
  | { type: "shrink.tried"; run: number; outcome: Outcome; reasons: string[]; folder: string }
  | { type: "shrink.finished"; faults: string[]; of: number; runs: number; minimal: boolean; file: string | null };

/**
 * What a client did, as it reported it; `fileId` is [MS-SMB2] 2.2.14.1, 32 hex digits, the persistent half first; `clientMs` is the client's own clock. `copy` is the copy's id; where a copy is
 * read back, it is `<id>@<place>`. `verb` is absent where an earlier version wrote, which was always `put`. `copy.finished` is dated at the end of the transfer, not of the hashing after it.
 */
export type CopyEvent =
  | {
      type: "copy.started";
      copy: string;
      client: string;
      verb: TransferVerb;
      from?: ReadBackFrom;
      size: number;
    }
  | {
      type: "copy.connected";
      copy: string;
      clientMs: number;
      address: string;
      port: number;
      dialect: string;
      signing: string;
      /** The cipher of the session, `on` where a kernel does not tell which; not there where nothing is encrypted. */
      encryption?: string;
      /** The release of the kernel whose own client it is; that one tells no program of its handles. */
      kernel?: string;
    }
  /** `granted` is absent where the client is a kernel's, which does not tell. */
  | { type: "copy.opened"; copy: string; clientMs: number; path: string; fileId?: string; granted?: Granted }
  /** What a kernel says about its SMB client; `level` as in syslog(3). */
  | { type: "copy.kernel"; copy: string; clientMs: number; level: number; text: string }
  /** What a kernel shows of the mount, whenever it changes; `instance` counts the connections that it has had. */
  | {
      type: "copy.mount";
      copy: string;
      clientMs: number;
      tcp: string;
      instance: number;
      session: string;
      share: string;
      /** Since the mount; absent where the kernel counts those of others as well. */
      sessionReconnects?: number;
      shareReconnects?: number;
      /** Of the open file, in hex as on the wire; empty while it is not open. */
      fileId: string;
    }
  | { type: "copy.progress"; copy: string; clientMs: number; acked: number; sent: number; longestGapMs: number }
  | { type: "copy.mark"; copy: string; clientMs: number; id: string; atByte: number; acked: number }
  | {
      type: "copy.lost";
      copy: string;
      clientMs: number;
      address: string;
      reason: string;
      unacked: number;
      acked: number;
      verb?: TransferVerb;
    }
  | { type: "copy.attempt"; copy: string; clientMs: number; address: string; stage: string; error: string }
  | { type: "copy.session"; copy: string; clientMs: number; address: string; port: number }
  /** A further channel of the session, or the loss of one that is not the last; `left` says how many there are now. */
  | {
      type: "copy.channel";
      copy: string;
      clientMs: number;
      what: "opened" | "lost";
      address: string;
      port: number;
      left: number;
      reason: string;
    }
  /**
   * About the client's registration with the witness: `address` is the server it is about, `witness` the address of the
   * node that watches over it. A notification has a `kind`, such as `client-move`, and the addresses `to` move to.
   */
  | {
      type: "copy.witness";
      copy: string;
      clientMs: number;
      what: "registered" | "notified" | "failed";
      address: string;
      witness: string;
      kind: string;
      to: string[];
      error: string;
    }
  | {
      type: "copy.reclaim";
      copy: string;
      clientMs: number;
      address: string;
      ok: boolean;
      how: string;
      status: string;
      attempts: number;
      fileId?: string;
      /** What the handle has now. */
      granted?: Granted;
      /** The file's name at that time; absent where an earlier version wrote. */
      path?: string;
    }
  | { type: "copy.break"; copy: string; clientMs: number; kind: "lease" | "oplock"; to: string }
  | {
      type: "copy.reopened";
      copy: string;
      clientMs: number;
      address: string;
      reason: string;
      granted: Granted;
      path?: string;
    }
  /** What became of a further handle, beside the one that evidence follows. */
  | { type: "copy.beside"; copy: string; clientMs: number; address: string; path: string; what: string; status: string }
  | { type: "copy.replayed"; copy: string; clientMs: number; writes: number; bytes: number; verb?: TransferVerb }
  | {
      type: "copy.resumed";
      copy: string;
      clientMs: number;
      address: string;
      acked: number;
      gapMs: number;
      verb?: TransferVerb;
    }
  /** A handle that is held: idle from here on. */
  | { type: "copy.idle"; copy: string; clientMs: number; locks: number }
  /** It was used again after that: the rest of the file was written by it, and all of it read. */
  | { type: "copy.held"; copy: string; clientMs: number }
  /** Another client tried to get what the holder has, at this address. */
  | {
      type: "copy.contended";
      copy: string;
      address: string;
      open: string;
      writing: string;
      locks: readonly LockAnswer[];
    }
  /** The holder gave up its locks, each with the answer to that. */
  | { type: "copy.unlocked"; copy: string; clientMs: number; locks: readonly LockAnswer[] }
  | {
      type: "copy.finished";
      copy: string;
      clientMs: number;
      verb: TransferVerb;
      from?: ReadBackFrom;
      result: TransferResult;
    }
  | {
      type: "copy.failed";
      copy: string;
      clientMs: number;
      verb: TransferVerb;
      from?: ReadBackFrom;
      stage: string;
      status: string;
      message: string;
    };

/** What the evidence says about one copy, with the source of each fact. */
export interface CopyEvidence {
  readonly grade: Grade | null;
  /** Why this grade, or why none can be given. */
  readonly gradeReason: string;
  readonly failovers: number;
  /** The longest gap between acknowledged requests, or null when nothing was measured. */
  readonly stallMs: number | null;
  readonly servedBefore: string | null;
  readonly servedAfter: string | null;
  readonly facts: readonly {
    readonly source: "client" | "ctdb" | "wire" | "plugfest";
    readonly text: string;
    readonly atMs: number;
  }[];
}
