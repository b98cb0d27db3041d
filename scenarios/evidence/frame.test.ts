import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFrame } from "./frame.js";

const record = (hex: string, extra = "") => {
  const bytes = Buffer.from(hex.replaceAll(/\s/g, "") + extra, "hex");
  return { atMs: 1, wireLength: bytes.length, bytes };
};

const ethernet = "02420a5b0132 02420a5b010b";
/** 40 bytes of IP, TCP from 10.91.1.101:445 to 10.91.1.50:34358, ACK, sequence number 0, window 1234. */
const ip = "45000028 00000000 40060000 0a5b0165 0a5b0132";
const tcp = "01bd8636 00000000 00000000 501004d2 00000000";

describe("a frame", () => {
  it("of TCP is decoded with both ends, flags and window", () => {
    expect(decodeFrame(record(`${ethernet} 0800 ${ip} ${tcp}`))).toEqual({
      kind: "tcp",
      atMs: 1,
      srcMac: "02:42:0a:5b:01:0b",
      dstMac: "02:42:0a:5b:01:32",
      srcIp: "10.91.1.101",
      dstIp: "10.91.1.50",
      srcPort: 445,
      dstPort: 34358,
      seq: 0,
      ackSeq: 0,
      syn: false,
      ack: true,
      fin: false,
      rst: false,
      window: 1234,
      payload: Buffer.alloc(0),
      payloadLength: 0,
    });
  });

  it("with a VLAN tag, or two, is decoded as without", () => {
    for (const tags of ["81000064", "88a80064 81000065"]) {
      expect(decodeFrame(record(`${ethernet} ${tags} 0800 ${ip} ${tcp}`))).toMatchObject({ kind: "tcp", srcPort: 445 });
    }
  });

  it("that was padded to Ethernet's minimum has no payload for that", () => {
    expect(decodeFrame(record(`${ethernet} 0800 ${ip} ${tcp}`, "000000000000"))).toMatchObject({ payloadLength: 0 });
  });

  it("that was cut short tells the length it had on the wire", () => {
    const { bytes } = record(`${ethernet} 0800 ${ip.replace("0028", "0428")} ${tcp} 01020304`);
    const frame = decodeFrame({ atMs: 1, wireLength: 1078, bytes });
    expect(frame).toMatchObject({ payloadLength: 1024, payload: Buffer.from("01020304", "hex") });
  });

  it("longer than an IP header can say takes its length from the capture", () => {
    const { bytes } = record(`${ethernet} 0800 ${ip.replace("0028", "0000")} ${tcp} 01020304`);
    expect(decodeFrame({ atMs: 1, wireLength: 100_054, bytes })).toMatchObject({ payloadLength: 100_000 });
  });

  it("of ARP is decoded as request or reply", () => {
    const arp = (operation: string) =>
      `ffffffffffff 02420a5b010b 0806 00010800 0604 ${operation} 02420a5b010b 0a5b0165 000000000000 0a5b0165`;
    expect(decodeFrame(record(arp("0001")))).toMatchObject({
      kind: "arp",
      operation: "request",
      senderIp: "10.91.1.101",
    });
    expect(decodeFrame(record(arp("0002")))).toMatchObject({ operation: "reply", senderMac: "02:42:0a:5b:01:0b" });
    expect(decodeFrame(record(arp("0003"))).kind).toBe("other");
  });

  it("of another protocol, a fragment, or too short, is other", () => {
    expect(decodeFrame(record(`${ethernet} 86dd 60000000`)).kind).toBe("other");
    expect(decodeFrame(record(`${ethernet} 0800 ${ip.replace("4006", "4011")} ${tcp}`)).kind).toBe("other");
    expect(decodeFrame(record(`${ethernet} 0800 ${ip.replace("00000000 40", "00002000 40")} ${tcp}`)).kind).toBe(
      "other",
    );
    expect(decodeFrame(record(`${ethernet} 0800 ${ip} 01bd8636`)).kind).toBe("other");
    expect(decodeFrame(record("0242")).kind).toBe("other");
  });

  it("never throws, whatever its bytes and wherever it is cut", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        fc.constantFrom("", `${ethernet} 0800`, `${ethernet} 0806`),
        (tail, head) => {
          decodeFrame(record(head, Buffer.from(tail).toString("hex")));
        },
      ),
    );
  });
});
