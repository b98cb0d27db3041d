import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixture } from "./fixtures/fixture.js";
import { PcapSplitter, readPcap } from "./pcap.js";
import type { PcapRecord } from "./pcap.js";

interface Format {
  readonly little: boolean;
  readonly nanoseconds: boolean;
  readonly linkType?: number;
}

/** A capture with one frame of four bytes at 1.5 s. */
function capture({ little, nanoseconds, linkType = 1 }: Format): Buffer {
  const magic = nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4;
  const words = [
    magic,
    little ? 0x00040002 : 0x00020004,
    0,
    0,
    512,
    linkType,
    1,
    nanoseconds ? 500_000_000 : 500_000,
    4,
    60,
  ];
  const bytes = Buffer.alloc(words.length * 4);
  for (const [index, word] of words.entries()) {
    if (little) bytes.writeUInt32LE(word, index * 4);
    else bytes.writeUInt32BE(word, index * 4);
  }
  return Buffer.concat([bytes, Buffer.from("abcd")]);
}

function split(bytes: Buffer, cuts: readonly number[] = []) {
  const splitter = new PcapSplitter();
  const records: PcapRecord[] = [];
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    records.push(...splitter.push(bytes.subarray(from, to)));
    from = to;
  }
  return { records, problem: splitter.end() };
}

describe("a pcap stream", () => {
  it.each([
    { little: true, nanoseconds: false },
    { little: true, nanoseconds: true },
    { little: false, nanoseconds: false },
    { little: false, nanoseconds: true },
  ])("is read in either byte order and resolution: %o", (format) => {
    const { records, problem } = split(capture(format));
    expect(problem).toBeUndefined();
    expect(records).toEqual([{ atMs: 1500, wireLength: 60, bytes: Buffer.from("abcd") }]);
  });

  it("gives the same records however it is cut into chunks", async () => {
    const bytes = (await readFile((await fixture("persistent")).pcap)).subarray(0, 3_000);
    const whole = split(bytes).records;
    expect(whole.length).toBeGreaterThan(5);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        expect(
          split(
            bytes,
            cuts.sort((a, b) => a - b),
          ).records,
        ).toEqual(whole);
      }),
    );
  });

  it("that breaks off within a frame says so, after the frames before it", () => {
    const bytes = capture({ little: true, nanoseconds: false });
    const { records, problem } = split(Buffer.concat([bytes, bytes.subarray(24, 41)]));
    expect(records).toHaveLength(1);
    expect(problem?.code).toBe("capture/truncated");
  });

  it("without a whole header is empty", () => {
    expect(split(Buffer.alloc(0)).problem?.code).toBe("capture/empty");
    expect(split(capture({ little: true, nanoseconds: false }).subarray(0, 20)).problem?.code).toBe("capture/empty");
  });

  it("that is no pcap at all, or of another link, is foreign and gives no frame", () => {
    const foreign = (bytes: Buffer) => {
      const { records, problem } = split(bytes);
      expect(records).toEqual([]);
      return problem?.code;
    };
    expect(foreign(Buffer.from("\u001f\u008b gzip or anything else"))).toBe("capture/foreign");
    expect(foreign(Buffer.from("0a0d0d0a1c0000004d3c2b1a", "hex"))).toBe("capture/foreign");
    expect(foreign(capture({ little: true, nanoseconds: false, linkType: 113 }))).toBe("capture/foreign");
  });

  it("with a record that makes no sense stops there instead of reading garbage", () => {
    const bytes = capture({ little: true, nanoseconds: false });
    bytes.writeUInt32LE(0xffffffff, 32);
    expect(split(bytes)).toMatchObject({ records: [], problem: { code: "capture/foreign" } });
  });

  it("never throws, whatever the bytes", () => {
    const header = capture({ little: true, nanoseconds: false }).subarray(0, 24);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, headed) => {
        split(headed ? Buffer.concat([header, bytes]) : Buffer.from(bytes));
      }),
    );
  });
});

describe("a pcap file", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "plugfest-pcap-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("is read to its end", async () => {
    let frames = 0;
    const problem = await readPcap((await fixture("persistent")).pcap, () => (frames += 1));
    expect(problem).toBeUndefined();
    expect(frames).toBeGreaterThan(50);
  });

  it("that is cut off gives what is whole and says what is wrong", async () => {
    const bytes = await readFile((await fixture("persistent")).pcap);
    const path = join(folder, "cut.pcap");
    await writeFile(path, bytes.subarray(0, bytes.length - 3));
    let frames = 0;
    const problem = await readPcap(path, () => (frames += 1));
    expect(problem?.code).toBe("capture/truncated");
    expect(frames).toBeGreaterThan(50);
  });

  it("that does not exist cannot be read", async () => {
    const problem = await readPcap(join(folder, "none.pcap"), () => undefined);
    expect(problem?.code).toBe("capture/unreadable");
  });
});
