/** Longest payload that is kept whatever is in it: every SMB message but bulk data is shorter. */
const SMALL_BYTES = 1200;

const ipPayload = "ip[2:2] - ((ip[0] & 0xf) << 2) - ((tcp[12] & 0xf0) >> 2)";
const fourBytesAfterLength = "tcp[((tcp[12] & 0xf0) >> 2) + 4 : 4]";

/**
 * What a capture keeps, for pcap-filter(7): ARP, ends and beginnings of connections, CTDB's tickle ACKs (sequence
 * number 0, window 1234), small payloads, and segments that begin with an SMB2 message, plain or encrypted, for the
 * header of a bulk write tells of replay. Dropped are bare ACKs and the rest of bulk data, so that a copy of 4.7 GB
 * leaves a few MB.
 */
export const CAPTURE_FILTER = [
  "arp",
  [
    "(tcp port 445 and (tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0",
    "(tcp[4:4] = 0 and tcp[14:2] = 1234)",
    `(${ipPayload} >= 1 and ${ipPayload} <= ${String(SMALL_BYTES)})`,
    `${fourBytesAfterLength} = 0xfe534d42`,
    `${fourBytesAfterLength} = 0xfd534d42))`,
  ].join(" or "),
].join(" or ");
