import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../core/clock.js";
import { findEngine } from "./engine.js";
import { engineFiles } from "./engine-files.js";
import { namedEngine } from "./engine-location.js";

let folder: string;
const servers: Server[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pf-engine-"));
});

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  rmSync(folder, { recursive: true });
});

/** Something at a socket that says of itself what an engine says. */
async function answering(name: string, api = "1.41"): Promise<string> {
  const path = join(folder, name);
  const server = createServer((_request, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ Version: `made by ${name}`, ApiVersion: api }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  return path;
}

function context(name: string, host: string) {
  const meta = join(folder, "contexts", "meta", createHash("sha256").update(name).digest("hex"));
  mkdirSync(meta, { recursive: true });
  writeFileSync(join(meta, "meta.json"), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }));
}

function find(env: NodeJS.ProcessEnv, systemSocket = join(folder, "none.sock")) {
  const options = { clock: systemClock, stateFolder: join(folder, "state"), mayStart: false, systemSocket };
  return findEngine({ ...options, env: { HOME: folder, DOCKER_CONFIG: folder, ...env } });
}

describe("finding the engine", () => {
  it("takes DOCKER_HOST before the context, the context before the system's socket, and that before its own", async () => {
    const [byHost, byContext, bySystem] = [await answering("a"), await answering("b"), await answering("c")];
    context("lab", `unix://${byContext}`);
    const env = { DOCKER_HOST: `unix://${byHost}`, DOCKER_CONTEXT: "lab" };
    expect(await find(env, bySystem)).toMatchObject({ origin: "DOCKER_HOST", version: "made by a" });
    expect(await find({ DOCKER_CONTEXT: "lab" }, bySystem)).toMatchObject({ origin: "context", version: "made by b" });
    expect(await find({}, bySystem)).toMatchObject({ origin: "system", version: "made by c", api: "1.41" });
    await expect(find({})).rejects.toMatchObject({ failure: { code: "engine/none" } });
  });

  it("reads the current context of Docker's own configuration; the one named default is none", async () => {
    context("lab", `unix://${await answering("b")}`);
    writeFileSync(join(folder, "config.json"), JSON.stringify({ currentContext: "lab" }));
    expect(await find({})).toMatchObject({ origin: "context", title: expect.stringContaining('"lab"') as string });
    writeFileSync(join(folder, "config.json"), JSON.stringify({ currentContext: "default" }));
    expect(namedEngine({ DOCKER_CONFIG: folder })).toBeUndefined();
  });

  it("never falls back from an engine that was named and does not answer", async () => {
    const bySystem = await answering("c");
    await expect(find({ DOCKER_HOST: `unix://${join(folder, "dead.sock")}` }, bySystem)).rejects.toMatchObject({
      failure: { code: "engine/unreachable", message: expect.stringContaining("dead.sock") as string },
    });
    await expect(find({ DOCKER_CONTEXT: "gone" }, bySystem)).rejects.toMatchObject({
      failure: { code: "engine/no-context" },
    });
  });

  it("passes by a system socket that nothing answers at", async () => {
    const stale = join(folder, "stale.sock");
    writeFileSync(stale, "");
    await expect(find({}, stale)).rejects.toMatchObject({ failure: { code: "engine/none" } });
  });

  it("refuses an engine older than the API it needs", async () => {
    const old = await answering("old", "1.39");
    await expect(find({ DOCKER_HOST: `unix://${old}` })).rejects.toMatchObject({ failure: { code: "engine/too-old" } });
  });
});

describe("the address of a named engine", () => {
  const located = (host: string) => namedEngine({ DOCKER_HOST: host, DOCKER_CONFIG: folder })?.location;

  it("may be a socket or a TCP address, by default at Docker's port", () => {
    expect(located("unix:///a b/docker.sock")).toEqual({ socketPath: "/a b/docker.sock" });
    expect(located("tcp://far:2375")).toEqual({ host: "far", port: 2375 });
    expect(located("tcp://[fd00::1]")).toEqual({ host: "fd00::1", port: 2375 });
  });

  it("says what to do about a scheme it does not speak", () => {
    expect(() => located("ssh://far")).toThrow(/unix:\/\/ and tcp:\/\//);
  });
});

describe("the embedded engine's files", () => {
  it("keep its sockets below the state folder, or in /run where their paths would be too long", () => {
    expect(engineFiles("/root/.local/state/plugfest").socketPath).toBe(
      "/root/.local/state/plugfest/engine/run/docker.sock",
    );
    const long = engineFiles(`/${"deep/".repeat(20)}state`);
    expect(long.runFolder).toMatch(/^\/run\/plugfest\/[0-9a-f]{12}$/);
    expect(long.dataRoot).toContain("deep");
  });
});
