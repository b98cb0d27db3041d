import type { TcpFrame } from "./frame.js";

/** The header of one SMB2 message ([MS-SMB2] 2.2.1) and as much of the message as was captured. */
export interface SmbMessage {
  readonly kind: "smb2";
  readonly command: number;
  readonly response: boolean;
  /** NTSTATUS of a response; 0 in a request. */
  readonly status: number;
  /** ChannelSequence of a request ([MS-SMB2] 2.2.1.2, dialects from 3.0); 0 in a response. */
  readonly channelSequence: number;
  /** SMB2_FLAGS_REPLAY_OPERATION. */
  readonly replay: boolean;
  readonly signed: boolean;
  readonly messageId: bigint;
  readonly sessionId: bigint;
  /** From the SMB2 header on: offsets in SMB2 structures count from there. */
  readonly bytes: Buffer;
}

/** A message in a transform header ([MS-SMB2] 2.2.41), with as much of it as was captured. */
export interface EncryptedMessage {
  readonly kind: "encrypted";
  readonly bytes: Buffer;
  /** How long it was on the wire, transform header included. */
  readonly length: number;
}

/** A message whose inside cannot be read without more: encrypted, or compressed ([MS-SMB2] 2.2.42). */
export type OpaqueMessage = EncryptedMessage | { readonly kind: "compressed" };

export const COMMAND = {
  negotiate: 0,
  sessionSetup: 1,
  treeConnect: 3,
  create: 5,
  close: 6,
  read: 8,
  write: 9,
} as const;

const FLAG_RESPONSE = 0x00000001;
const FLAG_SIGNED = 0x00000008;
const FLAG_REPLAY = 0x20000000;
const HEADER = 64;
const PREFIX = 4;
const SMB2 = 0xfe534d42;
const ENCRYPTED = 0xfd534d42;
const COMPRESSED = 0xfc534d42;

/**
 * Reads the SMB2 messages of one direction of a TCP connection from a capture that has most bulk data left out.
 *
 * Each message has a 4-byte prefix with its length ([MS-SMB2] 2.1), so the end of one tells where the next one
 * begins, even in the middle of a later segment. Where a segment was not captured the thread is lost, and found again
 * at the next segment that begins with a message. Segments sent again are not read twice.
 */
export class SmbStream {
  /** The sequence number at which the next message begins. */
  #next: number | undefined;

  read({ seq, syn, payload, payloadLength }: TcpFrame): (SmbMessage | OpaqueMessage)[] {
    if (syn) this.#next = (seq + 1) >>> 0;
    const found: (SmbMessage | OpaqueMessage)[] = [];
    if (payloadLength === 0) return found;
    let at = this.#next === undefined ? 0 : (this.#next - seq) | 0;
    // Behind: messages in between were not captured. Ahead of this segment: the rest of a message, or sent again.
    if (at < 0) at = 0;
    if (at >= payloadLength) return found;
    while (at + PREFIX + 4 <= payload.length) {
      if (payload[at] !== 0) break;
      const magic = payload.readUInt32BE(at + PREFIX);
      if (magic !== SMB2 && magic !== ENCRYPTED && magic !== COMPRESSED) break;
      const length = payload.readUIntBE(at + 1, 3);
      const message = payload.subarray(at + PREFIX, at + PREFIX + length);
      if (magic === SMB2) readChain(message, found);
      else if (magic === ENCRYPTED) found.push({ kind: "encrypted", bytes: message, length });
      else found.push({ kind: "compressed" });
      at += PREFIX + length;
      this.#next = (seq + at) >>> 0;
    }
    return found;
  }
}

/** Messages of a compound follow each other by NextCommand ([MS-SMB2] 2.2.1, 3.2.4.1.4). */
export function readChain(bytes: Buffer, found: (SmbMessage | OpaqueMessage)[]): void {
  let at = 0;
  while (at + HEADER <= bytes.length && bytes.readUInt32BE(at) === SMB2 && bytes.readUInt16LE(at + 4) === HEADER) {
    const flags = bytes.readUInt32LE(at + 16);
    const next = bytes.readUInt32LE(at + 20);
    const response = (flags & FLAG_RESPONSE) !== 0;
    found.push({
      kind: "smb2",
      command: bytes.readUInt16LE(at + 12),
      response,
      status: response ? bytes.readUInt32LE(at + 8) : 0,
      channelSequence: response ? 0 : bytes.readUInt16LE(at + 8),
      replay: (flags & FLAG_REPLAY) !== 0,
      signed: (flags & FLAG_SIGNED) !== 0,
      messageId: bytes.readBigUInt64LE(at + 24),
      sessionId: bytes.readBigUInt64LE(at + 40),
      bytes: bytes.subarray(at, next > 0 ? at + next : undefined),
    });
    if (next < HEADER) return;
    at += next;
  }
}
