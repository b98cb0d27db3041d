import type { SmbMessage } from "./smb-message.js";

/** A CREATE request ([MS-SMB2] 2.2.13) as far as handles that survive are concerned. */
export interface CreateRequest {
  /** Relative to the share, with backslashes. */
  readonly path: string;
  /** Whether it asks for the content of the file: one that looks at attributes alone does not. */
  readonly ofContent: boolean;
  readonly durable: DurableWish | null;
  readonly leaseState: number | null;
}

export type DurableWish =
  /** DHnQ (2.2.13.2.3): a durable handle, version 1. */
  | { readonly context: "DHnQ" }
  /** DHnC (2.2.13.2.4): the handle back, version 1. */
  | { readonly context: "DHnC"; readonly fileId: FileId }
  /** DH2Q (2.2.13.2.11): a durable or persistent handle, version 2. */
  | { readonly context: "DH2Q"; readonly persistent: boolean; readonly timeoutMs: number; readonly createGuid: string }
  /** DH2C (2.2.13.2.12): the handle back, version 2. */
  | { readonly context: "DH2C"; readonly fileId: FileId; readonly persistent: boolean; readonly createGuid: string };

/** [MS-SMB2] 2.2.14.1, each half in hex as it is on the wire. */
export interface FileId {
  readonly persistent: string;
  readonly volatile: string;
}

/** A successful CREATE response ([MS-SMB2] 2.2.14). */
export interface CreateResponse {
  readonly fileId: FileId;
  readonly oplockLevel: number;
  readonly granted: { readonly version: 1 | 2; readonly persistent: boolean; readonly timeoutMs: number } | null;
  readonly leaseState: number | null;
}

/** SMB2_DHANDLE_FLAG_PERSISTENT, in DH2Q, its answer and DH2C alike. */
const PERSISTENT = 0x00000002;
/** DesiredAccess of [MS-SMB2] 2.2.13.1.1: to read, write, append, execute, as much as there is, and generic rights. */
const CONTENT = 0xf2000027;
const BODY = 64;

/** Undefined when too little of the message was captured. A wish beyond what was captured makes it undefined as well. */
export function readCreateRequest({ bytes }: SmbMessage): CreateRequest | undefined {
  if (bytes.length < BODY + 56) return undefined;
  const nameAt = bytes.readUInt16LE(BODY + 44);
  const nameLength = bytes.readUInt16LE(BODY + 46);
  if (nameAt + nameLength > bytes.length) return undefined;
  const contexts = readContexts(bytes, bytes.readUInt32LE(BODY + 48), bytes.readUInt32LE(BODY + 52));
  if (contexts === undefined) return undefined;
  return {
    path: bytes.toString("utf16le", nameAt, nameAt + nameLength),
    ofContent: (bytes.readUInt32LE(BODY + 24) & CONTENT) !== 0,
    durable: readWish(contexts),
    leaseState: readLease(contexts),
  };
}

/** Undefined when too little of the message was captured. */
export function readCreateResponse({ bytes }: SmbMessage): CreateResponse | undefined {
  if (bytes.length < BODY + 88) return undefined;
  const contexts = readContexts(bytes, bytes.readUInt32LE(BODY + 80), bytes.readUInt32LE(BODY + 84));
  if (contexts === undefined) return undefined;
  const v2 = contexts.get("DH2Q");
  return {
    fileId: readFileId(bytes, BODY + 64),
    oplockLevel: bytes.readUInt8(BODY + 2),
    // 2.2.14.2.12: a timeout and flags; 2.2.14.2.3: eight reserved bytes, its presence is the grant.
    granted:
      v2 !== undefined && v2.length >= 8
        ? { version: 2, persistent: (v2.readUInt32LE(4) & PERSISTENT) !== 0, timeoutMs: v2.readUInt32LE(0) }
        : contexts.has("DHnQ")
          ? { version: 1, persistent: false, timeoutMs: 0 }
          : null,
    leaseState: readLease(contexts),
  };
}

function readWish(contexts: ReadonlyMap<string, Buffer>): DurableWish | null {
  const back2 = contexts.get("DH2C");
  if (back2 !== undefined && back2.length >= 36) {
    const persistent = (back2.readUInt32LE(32) & PERSISTENT) !== 0;
    return { context: "DH2C", fileId: readFileId(back2, 0), persistent, createGuid: back2.toString("hex", 16, 32) };
  }
  const back1 = contexts.get("DHnC");
  if (back1 !== undefined && back1.length >= 16) return { context: "DHnC", fileId: readFileId(back1, 0) };
  const ask2 = contexts.get("DH2Q");
  if (ask2 !== undefined && ask2.length >= 32) {
    const persistent = (ask2.readUInt32LE(4) & PERSISTENT) !== 0;
    return { context: "DH2Q", persistent, timeoutMs: ask2.readUInt32LE(0), createGuid: ask2.toString("hex", 16, 32) };
  }
  return contexts.has("DHnQ") ? { context: "DHnQ" } : null;
}

/** LeaseState of an RqLs context, whose two versions begin alike (2.2.13.2.8, 2.2.13.2.10): 1 R, 2 H, 4 W. */
function readLease(contexts: ReadonlyMap<string, Buffer>): number | null {
  const lease = contexts.get("RqLs");
  return lease !== undefined && lease.length >= 20 ? lease.readUInt32LE(16) : null;
}

function readFileId(bytes: Buffer, at: number): FileId {
  return { persistent: bytes.toString("hex", at, at + 8), volatile: bytes.toString("hex", at + 8, at + 16) };
}

/** The chain of create contexts ([MS-SMB2] 2.2.13.2) by name; undefined when it reaches beyond what was captured. */
function readContexts(bytes: Buffer, start: number, length: number): Map<string, Buffer> | undefined {
  const contexts = new Map<string, Buffer>();
  if (length === 0) return contexts;
  const end = start + length;
  if (end > bytes.length) return undefined;
  for (let at = start; at + 16 <= end;) {
    const next = bytes.readUInt32LE(at);
    const nameAt = at + bytes.readUInt16LE(at + 4);
    const nameEnd = nameAt + bytes.readUInt16LE(at + 6);
    const dataAt = at + bytes.readUInt16LE(at + 10);
    const dataEnd = dataAt + bytes.readUInt32LE(at + 12);
    if (nameEnd > end || dataEnd > end) return undefined;
    contexts.set(bytes.toString("latin1", nameAt, nameEnd), bytes.subarray(dataAt, dataEnd));
    if (next < 16) break;
    at += next;
  }
  return contexts;
}
