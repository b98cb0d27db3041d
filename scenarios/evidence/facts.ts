/**
 * The shapes that evidence is made of. Everything here is plain data on one clock: milliseconds since the Unix epoch
 * with fractions, as nodes, clients, capture and plugfest see it (they share one kernel).
 */

/** Where on the wire something was seen: the address, and who answered for it then, told by the MAC address. */
export interface WireSource {
  readonly atMs: number;
  /** The public address of the cluster's end. */
  readonly address: string;
  /** The cluster's end by its MAC address, lower case with colons. */
  readonly mac: string;
  /** The node that owns `mac`, or null when no node does. */
  readonly node: string | null;
}

/** What the capture shows, in the order in which it was seen. */
export type WireFact =
  /** A gratuitous ARP: `mac` announced that it now holds `address`. */
  | (WireSource & { readonly what: "announced" })
  /** A tickle ACK (sequence number 0, window 1234) for the connection with the client's `port`. */
  | (WireSource & { readonly what: "tickled"; readonly port: number })
  /** The cluster's end reset the connection, or the client's end did. */
  | (WireSource & { readonly what: "reset"; readonly port: number; readonly by: "server" | "client" })
  /** The first FIN of the connection: who ended it in order. */
  | (WireSource & { readonly what: "closed"; readonly port: number; readonly by: "server" | "client" })
  /** The witness answered AsyncNotify with a notification; `address` is the witness's. */
  | (WireSource & { readonly what: "notified"; readonly kind: string })
  /** The SYN-ACK that answers the client. */
  | (WireSource & { readonly what: "connected"; readonly port: number })
  /** The answer to NEGOTIATE: the algorithms agreed on, null where it names none. */
  | (WireSource & {
      readonly what: "negotiated";
      readonly port: number;
      readonly signing: string | null;
      readonly cipher: string | null;
    })
  /** A successful SESSION_SETUP response. */
  | (WireSource & { readonly what: "session"; readonly port: number })
  | WireOpen
  | WireReclaim
  /** A WRITE request that carries the replay flag. Only requests that begin a TCP segment are seen. */
  | (WireSource & { readonly what: "replayed"; readonly port: number; readonly channelSequence: number })
  /** The first successful WRITE response on this connection. */
  | (WireSource & { readonly what: "first-write"; readonly port: number })
  /** The connection turned to SMB3 encryption; `readable` where the session's keys were at hand. */
  | (WireSource & { readonly what: "encrypted"; readonly port: number; readonly readable: boolean });

/** The handle as the answer to a CREATE gives it: the persistent half of its FileId in hex, and what the client may cache. */
export interface WireHandle {
  readonly fileId: string;
  /** OplockLevel, in numbers of [MS-SMB2] 2.2.14. */
  readonly oplock: number;
  /** LeaseState of the answer's lease context; null when it has none. */
  readonly lease: number | null;
}

/** A CREATE without a reconnect context, and its answer. */
export interface WireOpen extends WireSource {
  readonly what: "opened";
  readonly port: number;
  readonly path: string;
  readonly status: number;
  /** Whether this path had been opened with success before in the same capture: a new handle, not the old one. */
  readonly again: boolean;
  /** What a DH2Q or DHnQ context of the answer grants; null when the answer has none. */
  readonly granted: { readonly version: 1 | 2; readonly persistent: boolean; readonly timeoutMs: number } | null;
  /** Null when the CREATE was refused, or too little of the answer was captured. */
  readonly handle: WireHandle | null;
}

/** A CREATE with a reconnect context, and its answer. */
export interface WireReclaim extends WireSource {
  readonly what: "reclaimed";
  readonly port: number;
  readonly path: string;
  readonly how: "DH2C" | "DHnC";
  /** Whether the request had the persistent flag; always false for DHnC. */
  readonly persistent: boolean;
  /** NTSTATUS of the answer; 0 is success. `atMs` is the answer's time. */
  readonly status: number;
  readonly requestMs: number;
  /** The persistent half of the FileId in the reconnect context, in hex. */
  readonly fileId: string;
  readonly handle: WireHandle | null;
}

/** What came of reading one capture. */
export interface WireEvidence {
  readonly facts: readonly WireFact[];
  /** Frames read, of whatever kind. */
  readonly frames: number;
  /** SMB2 messages read. */
  readonly messages: number;
}

/**
 * What a capture gave, or why it gave nothing. Never silently empty: zero frames is `absent` with a reason.
 * `incomplete` says what it may lack (frames that the kernel dropped, a file cut off), or is null.
 */
export type CaptureEvidence =
  | { readonly kind: "wire"; readonly wire: WireEvidence; readonly incomplete: string | null }
  | { readonly kind: "absent"; readonly reason: string };
