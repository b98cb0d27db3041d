import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { fixture } from "./fixtures/fixture.js";
import { decodeFrame } from "./frame.js";
import type { TcpFrame } from "./frame.js";
import { readPcap } from "./pcap.js";
import { readCreateRequest, readCreateResponse } from "./smb-create.js";
import { COMMAND, SmbStream } from "./smb-message.js";
import type { SmbMessage } from "./smb-message.js";

/** A message of one command: header, some body, and NextCommand where another one follows. */
function message(of: Partial<Record<"command" | "flags" | "next" | "body" | "status", number>> = {}): Buffer {
  const { command = COMMAND.write, flags = 0, next = 0, body = 20, status = 0 } = of;
  const bytes = Buffer.alloc(64 + body);
  bytes.writeUInt32BE(0xfe534d42, 0);
  bytes.writeUInt16LE(64, 4);
  bytes.writeUInt32LE(status, 8);
  bytes.writeUInt16LE(command, 12);
  bytes.writeUInt32LE(flags, 16);
  bytes.writeUInt32LE(next, 20);
  return bytes;
}

function prefixed(bytes: Buffer, length = bytes.length): Buffer {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(length);
  return Buffer.concat([prefix, bytes]);
}

function segment(seq: number, payload: Buffer, payloadLength = payload.length): TcpFrame {
  const ends = { srcIp: "a", dstIp: "b", srcMac: "a", dstMac: "b", srcPort: 1, dstPort: 445 };
  const flags = { syn: false, ack: true, fin: false, rst: false };
  return { kind: "tcp", atMs: 0, ...ends, ...flags, seq, ackSeq: 0, window: 1, payload, payloadLength };
}

const commands = (found: ReturnType<SmbStream["read"]>) =>
  found.map((one) => (one.kind === "smb2" ? one.command : one.kind));

describe("messages of a stream", () => {
  it("are found several to a segment", () => {
    const bytes = Buffer.concat([prefixed(message({ command: COMMAND.create })), prefixed(message())]);
    expect(commands(new SmbStream().read(segment(1, bytes)))).toEqual([COMMAND.create, COMMAND.write]);
  });

  it("are found in a compound", () => {
    const chain = Buffer.concat([
      message({ command: COMMAND.create, next: 88, body: 24 }),
      message({ command: COMMAND.close }),
    ]);
    expect(commands(new SmbStream().read(segment(1, prefixed(chain))))).toEqual([COMMAND.create, COMMAND.close]);
  });

  it("are found where the one before ends, in the middle of a segment", () => {
    const stream = new SmbStream();
    expect(stream.read(segment(100, prefixed(message(), 1000).subarray(0, 80), 80))).toHaveLength(1);
    const rest = Buffer.concat([Buffer.alloc(924, 0xaa), prefixed(message({ command: COMMAND.close }))]);
    expect(commands(stream.read(segment(180, rest)))).toEqual([COMMAND.close]);
  });

  it("are not read a second time when the segment is sent again", () => {
    const stream = new SmbStream();
    expect(stream.read(segment(1, prefixed(message())))).toHaveLength(1);
    expect(stream.read(segment(1, prefixed(message())))).toHaveLength(0);
  });

  it("are found again after segments that were not captured, and across the end of the sequence numbers", () => {
    const stream = new SmbStream();
    expect(stream.read(segment(0xffffffa0, prefixed(message())))).toHaveLength(1);
    expect(stream.read(segment(5_000, prefixed(message({ command: COMMAND.read }))))).toHaveLength(1);
  });

  it("tell a request's channel sequence from a response's status", () => {
    const [request] = new SmbStream().read(segment(1, prefixed(message({ status: 7, flags: 0x20000000 }))));
    expect(request).toMatchObject({ response: false, status: 0, channelSequence: 7, replay: true });
    const [response] = new SmbStream().read(segment(1, prefixed(message({ status: 0xc0000034, flags: 9 }))));
    expect(response).toMatchObject({
      response: true,
      status: 0xc0000034,
      channelSequence: 0,
      replay: false,
      signed: true,
    });
  });

  it("that are encrypted or compressed are told apart from those that can be read", () => {
    const opaque = (magic: string) => prefixed(Buffer.from(`${magic}${"00".repeat(60)}`, "hex"));
    expect(commands(new SmbStream().read(segment(1, opaque("fd534d42"))))).toEqual(["encrypted"]);
    expect(commands(new SmbStream().read(segment(1, opaque("fc534d42"))))).toEqual(["compressed"]);
  });

  it("are never made up from bulk data, and no bytes make the reader throw", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), fc.boolean(), (parts, begins) => {
        const stream = new SmbStream();
        const head = begins ? prefixed(message({ command: COMMAND.create, body: 0 }), 200) : Buffer.alloc(0);
        for (const [index, part] of parts.entries()) {
          for (const found of stream.read(segment(index * 300, Buffer.concat([head, part])))) {
            if (found.kind !== "smb2") continue;
            readCreateRequest(found);
            readCreateResponse(found);
          }
        }
        if (!begins) expect(stream.read(segment(9_000, Buffer.alloc(100, 0x53)))).toEqual([]);
      }),
    );
  });
});

describe("the CREATE messages of a recorded reclaim", () => {
  let creates: SmbMessage[] = [];
  beforeAll(async () => {
    const streams = new Map<string, SmbStream>();
    creates = [];
    await readPcap((await fixture("persistent")).pcap, (record) => {
      const frame = decodeFrame(record);
      if (frame.kind !== "tcp") return;
      const key = `${String(frame.srcPort)}-${String(frame.dstPort)}`;
      const stream = streams.get(key) ?? new SmbStream();
      streams.set(key, stream);
      for (const found of stream.read(frame)) {
        if (found.kind === "smb2" && found.command === COMMAND.create) creates.push(found);
      }
    });
  });

  it("ask for a persistent handle with a lease, and get it", () => {
    const asked = readCreateRequest(creates[0]!);
    expect(asked).toMatchObject({ path: "dvd.iso", leaseState: 7, durable: { context: "DH2Q", persistent: true } });
    expect(readCreateResponse(creates[1]!)).toMatchObject({
      oplockLevel: 0xff,
      leaseState: 7,
      granted: { version: 2, persistent: true, timeoutMs: 60_000 },
    });
  });

  it("ask for the same handle back by DH2C, with the same create GUID", () => {
    const first = readCreateRequest(creates[0]!)?.durable;
    const opened = readCreateResponse(creates[1]!);
    const back = readCreateRequest(creates[2]!)?.durable;
    expect(back).toMatchObject({ context: "DH2C", persistent: true, fileId: opened?.fileId });
    expect(back && "createGuid" in back && first && "createGuid" in first && back.createGuid === first.createGuid).toBe(
      true,
    );
    expect(creates[3]).toMatchObject({ response: true, status: 0 });
  });

  it("give nothing when too little of them was captured", () => {
    for (const length of [64, 100, 130, 180]) {
      const cut = { ...creates[2]!, bytes: creates[2]!.bytes.subarray(0, length) };
      expect(readCreateRequest(cut)).toBeUndefined();
    }
    expect(readCreateResponse({ ...creates[1]!, bytes: creates[1]!.bytes.subarray(0, 150) })).toBeUndefined();
  });
});
