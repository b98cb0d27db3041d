import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CaptureRing } from "./capture-ring.js";
import { fixture } from "./fixtures/fixture.js";
import { readPcap } from "./pcap.js";

let folder = "";
let bytes = Buffer.alloc(0);
let frames = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plugfest-ring-"));
  const { pcap } = await fixture("persistent");
  bytes = await readFile(pcap);
  await readPcap(pcap, () => (frames += 1));
});
afterAll(() => rm(folder, { recursive: true }));

describe("a capture on disk", () => {
  it("is, below its limit, the stream itself", async () => {
    const ring = new CaptureRing(join(folder, "whole"), 1 << 20);
    for (let at = 0; at < bytes.length; at += 777) ring.push(bytes.subarray(at, at + 777));
    expect(await ring.end()).toBeUndefined();
    expect(ring.files).toEqual([join(folder, "whole.pcap")]);
    expect((await readFile(ring.files[0]!)).equals(bytes)).toBe(true);
    expect(ring).toMatchObject({ frames, bytes: bytes.length, discarded: 0 });
  });

  it("never holds more than two files of the limit, and these are captures", async () => {
    const limit = 6_000;
    const ring = new CaptureRing(join(folder, "ring"), limit);
    ring.push(bytes);
    expect(await ring.end()).toBeUndefined();
    expect(ring.files).toHaveLength(2);
    expect(ring.discarded).toBeGreaterThan(2);
    expect((await readdir(folder)).filter((name) => name.startsWith("ring"))).toHaveLength(2);
    let last = 0;
    for (const file of ring.files) {
      expect((await readFile(file)).length).toBeLessThanOrEqual(limit);
      expect(
        await readPcap(file, ({ atMs }) => {
          expect(atMs).toBeGreaterThanOrEqual(last);
          last = atMs;
        }),
      ).toBeUndefined();
    }
    expect((await readFile(ring.files[1]!)).subarray(-60).equals(bytes.subarray(-60))).toBe(true);
  });

  it("of a stream that breaks off says so", async () => {
    const ring = new CaptureRing(join(folder, "cut"), 1 << 20);
    ring.push(bytes.subarray(0, bytes.length - 1));
    expect((await ring.end())?.code).toBe("capture/truncated");
  });

  it("of nothing makes no file and says so", async () => {
    const ring = new CaptureRing(join(folder, "nothing"), 1 << 20);
    expect((await ring.end())?.code).toBe("capture/empty");
    expect(ring.files).toEqual([]);
  });

  it("that cannot be written says so instead of throwing", async () => {
    const ring = new CaptureRing(join(folder, "none", "capture"), 1 << 20);
    ring.push(bytes);
    const failure = await ring.end();
    expect(failure).toMatchObject({ code: "capture/write", message: expect.stringContaining("ENOENT") as string });
  });
});
