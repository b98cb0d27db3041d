import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import type { Header } from "tar-stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ToolError, UserError } from "../../core/errors.js";
import { isInside } from "./manifest.js";
import { packCapsule } from "./pack.js";
import { filesOf } from "./run-files.js";
import { unpackCapsule } from "./unpack.js";

const FILES: Readonly<Record<string, string>> = {
  "events.jsonl": '{"v":1}\n'.repeat(5000),
  "report.html": "<!doctype html>",
  "sources/scenario.yaml": "name: mine\n",
  "nodes/node1.log": "",
  "nodes/node1.smbd.log": "smbd speaks",
  "captures/dvd/capture-laptop.1.pcap": "\u0000\u0001\u0002".repeat(100_000),
};

let place: string;
let run: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "plugfest-capsule-"));
  run = join(place, "run");
  for (const [path, text] of Object.entries(FILES)) write(join(run, path), text);
});
afterEach(() => {
  rmSync(place, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const capsule = () => join(place, "mine.tar.gz");
const make = () => packCapsule(run, "mine-1", capsule(), "0.1.0");
const open = () => unpackCapsule(capsule(), (name) => join(place, "opened", name));
/** Codes and words of what must be refused; and nothing may be left of it. */
async function refused(): Promise<string> {
  try {
    await open();
  } catch (error) {
    expect(readdirOr(join(place, "opened"))).toEqual([]);
    if (error instanceof UserError) return error.diagnostics.map(({ code, message }) => `${code}: ${message}`).join();
    if (error instanceof ToolError)
      return `${error.failure.code}: ${error.failure.message} ${error.failure.hint ?? ""}`;
    throw error;
  }
  throw new Error("it was not refused");
}

function readdirOr(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

interface Foreign {
  readonly header: Partial<Header> & { readonly name: string };
  readonly text?: string;
}

/** A capsule as a stranger may make it: any manifest, any entries. */
async function foreign(paths: readonly string[], entries: readonly Foreign[], bytes = 1): Promise<void> {
  const tar = pack();
  const files = paths.map((path) => ({ path, bytes, sha256: sha256("x") }));
  tar.entry({ name: "mine/capsule.json" }, JSON.stringify({ capsule: 1, plugfest: "9", name: "mine", files }));
  for (const { header, text = "x" } of entries) tar.entry(header, header.type === undefined ? text : "");
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  writeFileSync(capsule(), gzipSync(Buffer.concat(chunks)));
}

describe("a capsule", () => {
  it("gives back every file of the run, byte by byte, and is the same file whenever it is made", async () => {
    await make();
    const first = readFileSync(capsule());
    const { folder, manifest } = await open();
    expect(folder).toBe(join(place, "opened", "mine-1"));
    expect(manifest.files.map(({ path }) => path)).toEqual(Object.keys(FILES).sort());
    for (const [path, text] of Object.entries(FILES)) expect(readFileSync(join(folder, path), "utf8")).toBe(text);
    expect(readdirSync(join(place, "opened"))).toEqual(["mine-1"]);
    await make();
    expect(readFileSync(capsule()).equals(first)).toBe(true);
  });

  it("takes nothing along that is not of the run: other files, and what links lead to", async () => {
    write(join(run, ".env"), "TOKEN=1");
    write(join(run, "notes.txt"), "private");
    write(join(run, "nodes", "id_rsa"), "private");
    symlinkSync("/etc/passwd", join(run, "nodes", "node2.log"));
    symlinkSync("/etc", join(run, "sources", "etc"));
    const { others } = await make();
    expect(others).toEqual([".env", "nodes/id_rsa", "nodes/node2.log", "notes.txt", "sources/etc"]);
    const { folder } = await open();
    expect(filesOf(folder)).toEqual({ run: Object.keys(FILES).sort(), others: [] });
  });

  it("that a full disk does not take is told, and half of it is not left", async () => {
    const target = join(place, "missing", "mine.tar.gz");
    await expect(packCapsule(run, "mine", target, "0.1.0")).rejects.toMatchObject({
      failure: { code: "capsule/not-written", hint: expect.stringContaining("--out") as unknown },
    });
    expect(readdirSync(place)).toEqual(["run"]);
  });
});

describe("a capsule that is not whole is refused", () => {
  it("wherever it breaks off", async () => {
    await make();
    const whole = readFileSync(capsule());
    for (const length of [0, 1, 9, 20, 100, whole.length >> 1, whole.length - 9, whole.length - 1]) {
      writeFileSync(capsule(), whole.subarray(0, length));
      expect(await refused(), String(length)).toMatch(/^capsule\/damaged: .*mine\.tar\.gz is damaged: /);
    }
  });

  it("whichever bit was turned", async () => {
    await make();
    const whole = readFileSync(capsule());
    // Behind the header of gzip, whose time and system say nothing about the content.
    for (let at = 10; at < whole.length; at += Math.ceil(whole.length / 40)) {
      const turned = Buffer.from(whole);
      turned[at] = turned.readUInt8(at) ^ 0x10;
      writeFileSync(capsule(), turned);
      expect(await refused(), String(at)).toMatch(/^capsule\/(damaged|unsafe): /);
    }
  });

  it("when it is something else", async () => {
    for (const text of ["hello", gzipSync("hello"), gzipSync(Buffer.alloc(4096))]) {
      writeFileSync(capsule(), text);
      expect(await refused()).toMatch(/^capsule\/damaged: /);
    }
  });

  it("when a file is missing, has another size or another content", async () => {
    await foreign(["events.jsonl"], []);
    expect(await refused()).toContain("events.jsonl is missing");
    await foreign(["events.jsonl"], [{ header: { name: "mine/events.jsonl" }, text: "xy" }]);
    expect(await refused()).toContain("another size");
    await foreign(["events.jsonl"], [{ header: { name: "mine/events.jsonl" }, text: "y" }]);
    expect(await refused()).toContain("another content");
  });

  it("when its form is of another version", async () => {
    const tar = pack();
    tar.entry({ name: "mine/capsule.json" }, JSON.stringify({ capsule: 2 }));
    tar.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of tar) chunks.push(chunk as Buffer);
    writeFileSync(capsule(), gzipSync(Buffer.concat(chunks)));
    expect(await refused()).toContain("a form that this plugfest does not know");
  });
});

describe("a capsule from a stranger writes nowhere but in its own folder", () => {
  const outside = ["../x", "a/../../x", "/etc/x", "..", "a//b", "a\\..\\b", "C:x", "a/./b", "", "a\u0000b"];

  it("by the paths of its manifest", async () => {
    for (const path of outside) {
      expect(isInside(path), path).toBe(false);
      await foreign([path], [{ header: { name: `mine/${path}` } }]);
      expect(await refused(), path).toMatch(/^capsule\/unsafe: .*leads out of the capsule/);
    }
  });

  it("by the paths of its entries", async () => {
    for (const name of ["mine/../../x", "/etc/x", "other/events.jsonl", "../mine/events.jsonl", "mine/unlisted"]) {
      await foreign(["events.jsonl"], [{ header: { name } }]);
      expect(await refused(), name).toMatch(/^capsule\/unsafe: /);
    }
  });

  it("by links, devices, folders or the same path twice", async () => {
    for (const type of ["symlink", "link", "character-device", "directory", "fifo"] as const) {
      await foreign(["events.jsonl"], [{ header: { name: "mine/events.jsonl", type, linkname: "/etc/passwd" } }]);
      expect(await refused(), type).toMatch(/^capsule\/unsafe: /);
    }
    await foreign(["a"], [{ header: { name: "mine/a" } }, { header: { name: "mine/a" } }]);
    expect(await refused()).toContain("comes twice");
  });

  it("by its own name", async () => {
    const tar = pack();
    const manifest = { capsule: 1, plugfest: "9", name: "../mine", files: [] };
    tar.entry({ name: "../mine/capsule.json" }, JSON.stringify(manifest));
    tar.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of tar) chunks.push(chunk as Buffer);
    writeFileSync(capsule(), gzipSync(Buffer.concat(chunks)));
    expect(await refused()).toMatch(/^capsule\/damaged: /);
  });

  it("nor fills the disk", async () => {
    await foreign(["events.jsonl"], [], 1e15);
    expect(await refused()).toMatch(/^capsule\/not-written: .*holds 1000 TB.* --into/);
  });

  it("nor into a folder that is there already", async () => {
    await make();
    await open();
    await expect(open()).rejects.toMatchObject({ diagnostics: [{ code: "capsule/exists" }] });
  });
});
