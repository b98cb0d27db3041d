import type { PcapRecord } from "./pcap.js";

/** A frame as far as evidence needs it. Addresses are text; MAC addresses are lower case with colons. */
export type Frame = ArpFrame | TcpFrame | OtherFrame;

interface Link {
  readonly atMs: number;
  readonly srcMac: string;
  readonly dstMac: string;
}

export interface ArpFrame extends Link {
  readonly kind: "arp";
  readonly operation: "request" | "reply";
  readonly senderMac: string;
  readonly senderIp: string;
  readonly targetIp: string;
}

export interface TcpFrame extends Link {
  readonly kind: "tcp";
  readonly srcIp: string;
  readonly dstIp: string;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly seq: number;
  readonly ackSeq: number;
  readonly syn: boolean;
  readonly ack: boolean;
  readonly fin: boolean;
  readonly rst: boolean;
  readonly window: number;
  /** What was captured of the payload. */
  readonly payload: Buffer;
  /** How long the payload was on the wire. */
  readonly payloadLength: number;
}

/** Anything else: IPv6, UDP, fragments, or a frame cut too short to say. */
export interface OtherFrame {
  readonly kind: "other";
  readonly atMs: number;
}

const ARP = 0x0806;
const IPV4 = 0x0800;
/** IEEE 802.1Q and 802.1ad tags. */
const TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8]);
const TCP = 6;

/** Decodes Ethernet (with VLAN tags), ARP (RFC 826), IPv4 (RFC 791) and TCP (RFC 9293). Never throws. */
export function decodeFrame({ atMs, wireLength, bytes }: PcapRecord): Frame {
  const other: OtherFrame = { kind: "other", atMs };
  if (bytes.length < 14) return other;
  let at = 12;
  let type = bytes.readUInt16BE(at);
  while (TAGS.has(type) && bytes.length >= at + 6) {
    at += 4;
    type = bytes.readUInt16BE(at);
  }
  at += 2;
  const link: Link = { atMs, dstMac: mac(bytes, 0), srcMac: mac(bytes, 6) };
  if (type === ARP) return arp(bytes, at, link) ?? other;
  if (type === IPV4) return tcp(bytes, at, wireLength, link) ?? other;
  return other;
}

function arp(bytes: Buffer, at: number, link: Link): ArpFrame | undefined {
  if (bytes.length < at + 28) return undefined;
  // Ethernet addresses (1, 6 bytes) for IPv4 (0x0800, 4 bytes).
  if (bytes.readUInt32BE(at) !== 0x00010800 || bytes.readUInt16BE(at + 4) !== 0x0604) return undefined;
  const operation = bytes.readUInt16BE(at + 6);
  if (operation !== 1 && operation !== 2) return undefined;
  return {
    kind: "arp",
    ...link,
    operation: operation === 1 ? "request" : "reply",
    senderMac: mac(bytes, at + 8),
    senderIp: ip(bytes, at + 14),
    targetIp: ip(bytes, at + 24),
  };
}

function tcp(bytes: Buffer, at: number, wireLength: number, link: Link): TcpFrame | undefined {
  if (bytes.length < at + 20) return undefined;
  const first = bytes.readUInt8(at);
  const headerLength = (first & 0x0f) * 4;
  const fragment = bytes.readUInt16BE(at + 6) & 0x3fff;
  if (first >> 4 !== 4 || headerLength < 20 || fragment !== 0 || bytes.readUInt8(at + 9) !== TCP) return undefined;
  // The kernel writes 0 where a segment to be cut up later is longer than 64 KiB.
  const total = bytes.readUInt16BE(at + 2) || wireLength - at;
  const head = at + headerLength;
  if (bytes.length < head + 20) return undefined;
  const dataOffset = (bytes.readUInt8(head + 12) >> 4) * 4;
  const payloadLength = total - headerLength - dataOffset;
  if (dataOffset < 20 || payloadLength < 0) return undefined;
  const flags = bytes.readUInt8(head + 13);
  const from = head + dataOffset;
  return {
    kind: "tcp",
    ...link,
    srcIp: ip(bytes, at + 12),
    dstIp: ip(bytes, at + 16),
    srcPort: bytes.readUInt16BE(head),
    dstPort: bytes.readUInt16BE(head + 2),
    seq: bytes.readUInt32BE(head + 4),
    ackSeq: bytes.readUInt32BE(head + 8),
    fin: (flags & 0x01) !== 0,
    syn: (flags & 0x02) !== 0,
    rst: (flags & 0x04) !== 0,
    ack: (flags & 0x10) !== 0,
    window: bytes.readUInt16BE(head + 14),
    // Short frames are padded to Ethernet's minimum: the padding is no payload.
    payload: bytes.subarray(from, Math.min(from + payloadLength, bytes.length)),
    payloadLength,
  };
}

function ip(bytes: Buffer, at: number): string {
  return `${String(bytes[at])}.${String(bytes[at + 1])}.${String(bytes[at + 2])}.${String(bytes[at + 3])}`;
}

function mac(bytes: Buffer, at: number): string {
  return bytes.toString("hex", at, at + 6).replace(/(..)(?=.)/g, "$1:");
}
