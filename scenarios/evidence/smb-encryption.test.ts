import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { WireFact } from "./facts.js";
import { readWire } from "./read-wire.js";
import { readSessionKeys } from "./session-keys.js";
import type { SessionKeys } from "./session-keys.js";
import { openMessage } from "./smb-encryption.js";
import type { EncryptedMessage } from "./smb-message.js";
import { readPcap } from "./pcap.js";
import { decodeFrame } from "./frame.js";
import { SmbStream } from "./smb-message.js";

const recorded = ["aes-128-gcm", "aes-256-ccm"] as const;
const at = (name: string) => new URL(`fixtures/${name}`, import.meta.url).pathname;
const keysOf = (name: string) => readSessionKeys(readFileSync(at(`${name}.keys.jsonl`), "utf8"));

async function factsOf(name: string, keys: ReadonlyMap<bigint, SessionKeys>): Promise<readonly WireFact[]> {
  const read = await readWire({ files: [at(`${name}.pcap`)], nodeOfMac: new Map(), keys, incomplete: null });
  return read.kind === "wire" ? read.wire.facts : [];
}

/** Every encrypted message of a capture, with who sent it. */
async function messagesOf(name: string): Promise<{ message: EncryptedMessage; by: "client" | "server" }[]> {
  const found: { message: EncryptedMessage; by: "client" | "server" }[] = [];
  const streams = new Map<string, SmbStream>();
  await readPcap(at(`${name}.pcap`), (record) => {
    const frame = decodeFrame(record);
    if (frame.kind !== "tcp") return;
    const key = `${String(frame.srcPort)}>${String(frame.dstPort)}`;
    const stream = streams.get(key) ?? new SmbStream();
    streams.set(key, stream);
    for (const message of stream.read(frame))
      if (message.kind === "encrypted") found.push({ message, by: frame.srcPort === 445 ? "server" : "client" });
  });
  return found;
}

describe.each(recorded)("a recorded reclaim, encrypted by %s", (name) => {
  it("is seen with the keys that the client left: open, DH2C with the persistent flag, replay, acknowledgement", async () => {
    const facts = await factsOf(name, keysOf(name));
    expect(facts.filter(({ what }) => what === "encrypted")).toMatchObject([{ readable: true }, { readable: true }]);
    expect(facts.find(({ what }) => what === "negotiated")).toMatchObject({ cipher: name });
    expect(facts.find(({ what }) => what === "opened")).toMatchObject({ path: "a", status: 0, again: false });
    expect(facts.find(({ what }) => what === "reclaimed")).toMatchObject({ how: "DH2C", persistent: true, status: 0 });
    expect(facts.filter(({ what }) => what === "first-write")).toHaveLength(2);
  });

  it("is not seen without keys, or with others", async () => {
    const wrong = new Map(
      [...keysOf(name)].map(([id, { client, ...rest }]) => [id, { ...rest, client, server: client }]),
    );
    for (const keys of [new Map<bigint, SessionKeys>(), wrong]) {
      const facts = await factsOf(name, keys);
      expect(facts.filter(({ what }) => what === "reclaimed" || what === "opened")).toEqual([]);
      expect(facts.some((fact) => fact.what === "encrypted" && !fact.readable)).toBe(true);
    }
  });

  it("cannot be made by one who has not the keys: any changed byte of a whole message makes it unreadable", async () => {
    const keys = keysOf(name);
    const whole = (await messagesOf(name)).filter(({ message }) => message.bytes.length === message.length);
    expect(whole.length).toBeGreaterThan(10);
    for (const { message, by } of whole) {
      expect(openMessage(message, by, keys)).toBeDefined();
      for (const at of [4, 20, 40, message.length - 1]) {
        const bytes = Buffer.from(message.bytes);
        bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
        expect(openMessage({ ...message, bytes }, by, keys)).toBeUndefined();
      }
    }
  });

  it("gives of what was cut off the header of bulk data, and nothing else", async () => {
    const keys = keysOf(name);
    const messages = await messagesOf(name);
    const cut = messages.filter(({ message }) => message.bytes.length < message.length);
    expect(cut.length).toBeGreaterThan(0);
    for (const { message, by } of cut) expect(openMessage(message, by, keys)).toMatchObject([{ command: 9 }]);
    const create = messages.find(({ message, by }) => openMessage(message, by, keys)?.[0]?.command === 5);
    if (create === undefined) throw new Error("the capture has a CREATE");
    const { message, by } = create;
    expect(openMessage({ ...message, bytes: message.bytes.subarray(0, 160) }, by, keys)).toBeUndefined();
    expect(openMessage({ ...message, bytes: message.bytes.subarray(0, 40) }, by, keys)).toBeUndefined();
  });
});

describe("the keys of sessions", () => {
  it("are read by session; what is not as agreed gives none", () => {
    const good = `{"sessionId":"00000000b2cb4f21","cipher":"aes-128-gcm","client":"${"a1".repeat(16)}","server":"${"b2".repeat(16)}"}`;
    const text = [good, "", "{", good.replace("gcm", "xts"), good.replace("a1a1", "a1"), '{"sessionId":1}'].join("\n");
    const keys = readSessionKeys(text);
    expect([...keys.keys()]).toEqual([0xb2cb4f21n]);
    expect(keys.get(0xb2cb4f21n)?.client).toHaveLength(16);
  });
});
