import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ToolError } from "../../core/errors.js";
import type { EngineLocation } from "./client.js";

/** An engine the user named: it is used or the command fails, and no other engine takes its place. */
export interface NamedEngine {
  readonly origin: "DOCKER_HOST" | "context";
  /** For people: `DOCKER_HOST=tcp://…` or `context "lab" (unix://…)`. */
  readonly title: string;
  readonly location: EngineLocation;
}

/** Whether the engine runs on this machine, so that its bridges are interfaces here. */
export function isLocal(location: EngineLocation): boolean {
  return "socketPath" in location;
}

/**
 * The engine that DOCKER_HOST or the current context names, by the rules of Docker's own command line: DOCKER_HOST goes
 * first, then DOCKER_CONTEXT, then `currentContext` of config.json; the context "default" names nothing.
 */
export function namedEngine(env: NodeJS.ProcessEnv): NamedEngine | undefined {
  const folder = env["DOCKER_CONFIG"] ?? join(env["HOME"] ?? homedir(), ".docker");
  const host = env["DOCKER_HOST"];
  if (host) {
    const title = `DOCKER_HOST=${host}`;
    const tlsFolder = env["DOCKER_TLS_VERIFY"] ? (env["DOCKER_CERT_PATH"] ?? folder) : undefined;
    return { origin: "DOCKER_HOST", title, location: parseHost(host, title, tlsFolder) };
  }
  const context = env["DOCKER_CONTEXT"] ?? currentContext(folder);
  if (!context || context === "default") return undefined;
  return contextEngine(folder, context);
}

function currentContext(folder: string): string | undefined {
  const config = readJson(join(folder, "config.json")) as { currentContext?: string } | undefined;
  return config?.currentContext;
}

/** Contexts are stored by the SHA-256 of their name (docker/cli, cli/context/store). */
function contextEngine(folder: string, name: string): NamedEngine {
  const id = createHash("sha256").update(name).digest("hex");
  const meta = readJson(join(folder, "contexts", "meta", id, "meta.json")) as ContextMeta | undefined;
  const host = meta?.Endpoints?.docker?.Host;
  if (!host) {
    throw new ToolError({
      code: "engine/no-context",
      message: `the current Docker context "${name}" names no engine`,
      hint: "`docker context ls` shows the contexts; `docker context use default` goes back to this machine's engine",
    });
  }
  const title = `context "${name}" (${host})`;
  const tlsFolder = join(folder, "contexts", "tls", id, "docker");
  return { origin: "context", title, location: parseHost(host, title, readTls(tlsFolder) && tlsFolder) };
}

interface ContextMeta {
  readonly Endpoints?: { readonly docker?: { readonly Host?: string } };
}

function parseHost(host: string, title: string, tlsFolder: string | undefined): EngineLocation {
  const unix = /^unix:\/\/(\/.*)$/.exec(host);
  if (unix?.[1] !== undefined) return { socketPath: unix[1] };
  const tcp = /^(?:tcp|http|https):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/?$/.exec(host);
  if (tcp?.[1] === undefined) {
    throw new ToolError({
      code: "engine/unknown-scheme",
      message: `${title}: plugfest speaks to engines at unix:// and tcp:// addresses`,
      hint: "for ssh://, forward the engine's socket: ssh -L /tmp/docker.sock:/var/run/docker.sock HOST, and name unix:///tmp/docker.sock",
    });
  }
  const tls = tlsFolder === undefined ? undefined : readTls(tlsFolder);
  // Docker's own ports: 2375 in the clear, 2376 with TLS.
  const port = Number(tcp[2] ?? (tls ? 2376 : 2375));
  return { host: tcp[1].replace(/^\[|\]$/g, ""), port, ...(tls && { tls }) };
}

function readTls(folder: string): { ca: Buffer; cert: Buffer; key: Buffer } | undefined {
  try {
    const read = (name: string) => readFileSync(join(folder, name));
    return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
  } catch {
    return undefined;
  }
}

/** Undefined when the file does not exist or is no JSON: Docker's command line goes on as well. */
function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
