import { accessSync, constants, existsSync } from "node:fs";
import type { Clock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import type { ImageEngine } from "../../images/engine.js";
import { engineClient, type EngineLocation } from "./client.js";
import { embeddedStatus, findDockerd, startEmbeddedEngine } from "./embedded-engine.js";
import { namedEngine } from "./engine-location.js";
import { engineFiles } from "./engine-files.js";
import { isApiEnough, leastApi, tryVersion, type EngineVersion } from "./engine-version.js";
import { dockerImageEngine } from "./image-engine.js";

export interface Engine extends EngineVersion {
  readonly origin: "DOCKER_HOST" | "context" | "system" | "embedded";
  /** For people: where it is and who named it. */
  readonly title: string;
  readonly location: EngineLocation;
  readonly images: ImageEngine;
}

export interface FindEngineOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly stateFolder: string;
  /** Whether plugfest's own engine may be started when no other answers. */
  readonly mayStart: boolean;
  readonly signal?: AbortSignal;
  /** The system's socket; another one in tests. */
  readonly systemSocket?: string;
}

/**
 * The engine to work with: the one the user named, else the system's if it answers, else plugfest's own. A named engine
 * that does not answer is a ToolError, as is no engine at all.
 */
export async function findEngine(options: FindEngineOptions): Promise<Engine> {
  const { env, stateFolder, systemSocket = "/var/run/docker.sock" } = options;
  const named = namedEngine(env);
  if (named !== undefined) return open(named.origin, named.title, named.location, stateFolder);
  if (existsSync(systemSocket)) {
    refuseClosedSocket(systemSocket);
    const location = { socketPath: systemSocket };
    // A socket without an engine behind it is what a stopped engine leaves: nobody asked for that one.
    if (!((await tryVersion(location)) instanceof Error))
      return open("system", `unix://${systemSocket}`, location, stateFolder);
  }
  const status = await embeddedStatus(stateFolder);
  if (status.state === "stopped" && !options.mayStart) {
    throw new ToolError({
      code: "engine/none",
      message: "no Docker engine runs: none is named, the system's does not answer and plugfest's own is stopped",
      hint: "`plugfest engine start`, or start the system's Docker engine",
    });
  }
  if (status.state === "stopped" && process.getuid?.() !== 0) throw noEngine(env);
  await startEmbeddedEngine(options);
  const { socketPath } = status.files;
  return open("embedded", `plugfest's embedded engine (unix://${socketPath})`, { socketPath }, stateFolder);
}

async function open(
  origin: Engine["origin"],
  title: string,
  location: EngineLocation,
  stateFolder: string,
): Promise<Engine> {
  const answer = await tryVersion(location);
  if (answer instanceof Error) {
    throw new ToolError(
      {
        code: "engine/unreachable",
        message: `the engine of ${title} does not answer: ${answer.message}`,
        hint: "start it, or name another one; plugfest does not fall back from an engine that was named",
      },
      { cause: answer },
    );
  }
  if (!isApiEnough(answer.api)) {
    throw new ToolError({
      code: "engine/too-old",
      message: `the engine of ${title} is ${answer.version} with API ${answer.api}; plugfest needs API ${leastApi}`,
      hint: "install Docker 20.10 or later",
    });
  }
  // The embedded engine, whoever named it, has no network with a way out; builds use the host's.
  const isEmbedded = "socketPath" in location && location.socketPath === engineFiles(stateFolder).socketPath;
  const buildNetwork = isEmbedded ? "host" : undefined;
  const images = dockerImageEngine(engineClient(location), buildNetwork);
  return { origin, title, location, images, ...answer };
}

function refuseClosedSocket(path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch {
    throw new ToolError({
      code: "engine/permission",
      message: `this user may not use the Docker engine at ${path}`,
      hint: "run as root, or join the group that owns the socket (usually docker) and log in again",
    });
  }
}

function noEngine(env: NodeJS.ProcessEnv): ToolError {
  const installed = findDockerd(env) !== undefined;
  return new ToolError({
    code: "engine/none",
    message: "no Docker engine answers: none is named, and the system's socket has none behind it",
    hint: installed
      ? "start Docker, name an engine in DOCKER_HOST, or run as root: plugfest then starts an engine of its own"
      : "install Docker (on Debian and Ubuntu, as root, `plugfest doctor --fix` does), or name an engine in DOCKER_HOST",
  });
}
