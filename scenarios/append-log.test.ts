import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { appendLog } from "./append-log.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plugfest-log-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("a node's log in the run's folder", () => {
  const append = (text: string) => {
    appendLog(folder, "node1", Buffer.from(text), 10);
  };
  const files = () =>
    Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));

  it("grows by every copy", () => {
    for (const text of ["one\n", "two\n"]) append(text);
    expect(files()).toEqual({ "node1.log": "one\ntwo\n" });
  });

  it("keeps the newest two files, none above the limit", () => {
    for (const text of ["aaaaaaa\n", "bbbbbbb\n", "ccccccc\n", "d\n"]) append(text);
    expect(files()).toEqual({ "node1.1.log": "bbbbbbb\n", "node1.log": "ccccccc\nd\n" });
  });

  it("keeps the end of what is too long by itself", () => {
    append("0123456789abcdef");
    expect(files()).toEqual({ "node1.log": "6789abcdef" });
  });
});
