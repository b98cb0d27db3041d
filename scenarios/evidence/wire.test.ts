import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WireFact } from "./facts.js";
import { fixture } from "./fixtures/fixture.js";
import { readWire } from "./read-wire.js";

async function factsOf(name: "persistent" | "reopened"): Promise<readonly WireFact[]> {
  const { capture } = await fixture(name);
  return capture.kind === "wire" ? capture.wire.facts : [];
}

const story = (facts: readonly WireFact[]) => facts.map(({ what, node }) => `${what} ${String(node)}`);

describe("the wire", () => {
  it("tells a persistent reclaim: announced, reset, connected, session, DH2C and replay with the new node", async () => {
    const facts = await factsOf("persistent");
    const moved = facts.findIndex(({ what }) => what === "announced");
    expect(story(facts.slice(0, moved))).toEqual([
      "connected node1",
      "negotiated node1",
      "session node1",
      "opened node1",
      "first-write node1",
    ]);
    expect(story(facts.slice(moved, moved + 10))).toEqual([
      "announced node2",
      "reset node2",
      "announced node2",
      "connected node2",
      "tickled node2",
      "reset node2",
      "negotiated node2",
      "session node2",
      "reclaimed node2",
      "replayed node2",
    ]);
    expect(facts.find(({ what }) => what === "negotiated")).toMatchObject({ signing: "aes-gmac", cipher: null });
    expect(facts.find(({ what }) => what === "opened")).toMatchObject({
      path: "dvd.iso",
      status: 0,
      again: false,
      granted: { version: 2, persistent: true, timeoutMs: 60_000 },
    });
    expect(facts.find(({ what }) => what === "reclaimed")).toMatchObject({ how: "DH2C", persistent: true, status: 0 });
    expect(facts.find(({ what }) => what === "replayed")).toMatchObject({ channelSequence: 1 });
  });

  it("tells a silent re-open: a second CREATE of the path without a reconnect context", async () => {
    const facts = await factsOf("reopened");
    expect(facts.filter(({ what }) => what === "reclaimed")).toEqual([]);
    expect(facts.filter(({ what }) => what === "opened")).toMatchObject([
      { node: "node3", again: false, granted: null },
      { node: "node1", again: true, granted: null },
    ]);
  });

  it("sees the tickle three times, from the node that took the address", async () => {
    const facts = await factsOf("persistent");
    expect(facts.filter(({ what }) => what === "tickled").map(({ node }) => node)).toEqual(["node2", "node2", "node2"]);
  });
});

describe("a capture", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "plugfest-wire-"));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const nodeOfMac = new Map<string, string>();

  it("names no node for a MAC address that it does not know", async () => {
    const { pcap } = await fixture("persistent");
    const capture = await readWire({ files: [pcap], nodeOfMac, incomplete: null });
    expect(capture.kind === "wire" && capture.wire.facts.every(({ node }) => node === null)).toBe(true);
  });

  it("without a frame is absent, with its reason", async () => {
    const { pcap } = await fixture("persistent");
    const path = join(folder, "headers.pcap");
    await writeFile(path, (await readFile(pcap)).subarray(0, 24));
    expect(await readWire({ files: [path], nodeOfMac, incomplete: null })).toEqual({
      kind: "absent",
      reason: "the capture holds no frame",
    });
    expect(await readWire({ files: [], nodeOfMac, incomplete: "tcpdump is not there" })).toEqual({
      kind: "absent",
      reason: "tcpdump is not there",
    });
  });

  it("that is cut off keeps what it shows and says what it may lack", async () => {
    const { pcap } = await fixture("persistent");
    const path = join(folder, "cut.pcap");
    const bytes = await readFile(pcap);
    await writeFile(path, bytes.subarray(0, bytes.length - 5));
    const capture = await readWire({ files: [path], nodeOfMac, incomplete: "the kernel dropped 3 frames" });
    expect(capture.kind === "wire" && capture.incomplete).toMatch(/dropped 3 frames; .*breaks off/);
  });

  it("in several files is read as one", async () => {
    const { pcap, nodeOfMac: nodes } = await fixture("persistent");
    const bytes = await readFile(pcap);
    const [one, two] = [join(folder, "one.pcap"), join(folder, "two.pcap")];
    let at = 24;
    while (at < bytes.length / 2) at += 16 + bytes.readUInt32LE(at + 8);
    await writeFile(one, bytes.subarray(0, at));
    await writeFile(two, Buffer.concat([bytes.subarray(0, 24), bytes.subarray(at)]));
    const whole = await readWire({ files: [pcap], nodeOfMac: nodes, incomplete: null });
    expect(await readWire({ files: [one, two], nodeOfMac: nodes, incomplete: null })).toEqual(whole);
  });
});
