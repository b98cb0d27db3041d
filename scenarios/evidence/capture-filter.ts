/** Longest payload that is kept whatever is in it: every SMB message but bulk data is shorter. */
const SMALL_BYTES = 1200;
/** A segment that is one interim response and nothing else: 4 bytes of length, 64 of header, 9 of body. */
const INTERIM_BYTES = 77;

const payloadLength = "(ip[2:2] - ((ip[0] & 0xf) << 2) - ((tcp[12] & 0xf0) >> 2))";
/** Four bytes of the payload as a big-endian number. */
const payload = (at: number) => `tcp[((tcp[12] & 0xf0) >> 2) + ${String(at)} : 4]`;

/** STATUS_PENDING in an SMB2 header: one for nearly every write, and it tells nothing. */
const interim = `${payloadLength} = ${String(INTERIM_BYTES)} and ${payload(4)} = 0xfe534d42 and ${payload(12)} = 0x03010000`;
const small = `${payloadLength} >= 1 and ${payloadLength} <= ${String(SMALL_BYTES)} and not (${interim})`;
/** A WRITE without the flag of a replay ([MS-SMB2] 2.2.1.2: command 9, SMB2_FLAGS_REPLAY_OPERATION): what a copy mostly sends. */
const firstWrite = `(${payload(16)} & 0xffff0000) = 0x09000000 and (${payload(20)} & 0x20) = 0`;
/** SMB2, plain or encrypted: of bulk writes only those that are replayed tell something. */
const beginsMessage = `(${payload(4)} = 0xfe534d42 and not (${firstWrite})) or ${payload(4)} = 0xfd534d42`;

/**
 * What a capture keeps, for pcap-filter(7): ARP, beginnings and ends of connections, CTDB's tickle ACKs (sequence
 * number 0, window 1234), small payloads, and segments that begin with an SMB2 message. Dropped are bare ACKs, interim
 * responses, writes that are no replays and the rest of bulk data: with them observation took a fifth of a copy's
 * throughput. What is not SMB is what a client says to the witness, whose port is any: small as it is, it is kept.
 */
export const CAPTURE_FILTER = [
  "arp or (tcp port 445 and (tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0",
  "(tcp[4:4] = 0 and tcp[14:2] = 1234)",
  `(${small})`,
  `(${payloadLength} > ${String(SMALL_BYTES)} and (${beginsMessage}))))`,
  `(tcp and not port 445 and ${payloadLength} >= 1 and ${payloadLength} <= ${String(SMALL_BYTES)})`,
].join(" or ");
