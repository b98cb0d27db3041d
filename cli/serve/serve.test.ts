import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { HistoryWriter } from "../../nightly/history/append.js";
import { nightStarted } from "../../nightly/history/history.fixture.js";
import type { CliContext } from "../context.js";
import { serve } from "../commands/serve.js";

let runs: string;
let port: number;

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), "plugfest-serve-"));
  runs = join(folder, "runs");
  const night = join(runs, "small", "2026-11-07T02-00-00Z");
  mkdirSync(night, { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(night, "nightly.html"), "<h1>night</h1>");
  writeFileSync(join(night, "session-keys.jsonl"), "secret");
  writeFileSync(join(night, "capture.pcap"), "frames");
  symlinkSync(night, join(runs, "small", "latest"));
  symlinkSync(join(folder, "secret.txt"), join(night, "linked.txt"));
  const writer = new HistoryWriter(join(runs, "small", "history.jsonl"));
  writer.append(nightStarted("2026-11-07T02-00-00Z"));
  writer.append({
    v: 1,
    type: "night.finished",
    night: "2026-11-07T02-00-00Z",
    atMs: 0,
    cut: null,
    judgement: { cells: [], remarks: [], compared: 0 },
  });
  writer.close();

  const stop = new AbortController();
  let ended: Promise<number> | undefined;
  port = await new Promise<number>((resolve) => {
    const out = {
      write: (text: string) => {
        resolve(Number(/:(\d+)\//.exec(text)?.[1]));
      },
    };
    const context = { out, cwd: folder, signal: stop.signal } as unknown as CliContext;
    ended = serve(context, { runs: "runs", port: "0" });
  });
  onTestFinished(async () => {
    stop.abort();
    expect(await ended).toBe(130);
    rmSync(folder, { recursive: true });
  });
});

function ask(path: string, { method = "GET", host = "localhost" } = {}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, method, headers: { host } }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body });
      });
    })
      .on("error", reject)
      .end();
  });
}

it("lists nights, shows their reports, and nothing that is none or lies elsewhere", async () => {
  const { body } = await ask("/");
  expect(body).toContain('<a href="small/2026-11-07T02-00-00Z/nightly.html">2026-11-07T02-00-00Z</a>');
  expect(await ask("/small/latest/nightly.html")).toEqual({ status: 200, body: "<h1>night</h1>" });
  for (const path of ["linked.txt", "session-keys.jsonl", "capture.pcap", "missing.html", ""]) {
    expect(await ask(`/small/latest/${path}`)).toMatchObject({ status: 404 });
  }
  for (const path of ["/../secret.txt", "/%2e%2e/secret.txt", "/small/..%2f..%2fsecret.txt", "/%zz", "/%00"]) {
    expect(await ask(path)).toMatchObject({ status: 404 });
  }
});

it("only reads, and only for this machine", async () => {
  expect(await ask("/", { method: "POST" })).toMatchObject({ status: 405 });
  expect(await ask("/", { method: "DELETE" })).toMatchObject({ status: 405 });
  expect(await ask("/", { method: "HEAD" })).toEqual({ status: 200, body: "" });
  expect(await ask("/", { host: "attacker.example:80" })).toMatchObject({ status: 403 });
});
