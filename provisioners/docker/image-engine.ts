import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { timeLimit } from "../../core/clock.js";
import { joinSignals } from "../../core/join-signals.js";
import { BuildFailure, type BuildOptions, type EngineImage, type ImageEngine } from "../../images/engine.js";
import { compile } from "./compile.js";
import { statusOf } from "./errors.js";

/**
 * Images through Docker's API, 1.41 (Docker 20.10) and later. Builds run on `buildNetwork`, or on the engine's default
 * network, which must have a way out to the Debian mirror.
 */
export function dockerImageEngine(docker: Docker, buildNetwork?: "host"): ImageEngine {
  return {
    find: async (reference) => {
      try {
        const image = await docker.getImage(reference).inspect();
        return {
          id: image.Id,
          tags: image.RepoTags,
          labels: labelsOf(image.Config.Labels),
          bytes: image.Size,
          createdMs: Date.parse(image.Created),
        };
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },
    list: async (label) => {
      const images = await docker.listImages({ filters: { label: [label] } });
      return images.map((image): EngineImage => ({
        id: image.Id,
        tags: (image.RepoTags ?? []).filter((tag) => tag !== "<none>:<none>"),
        labels: labelsOf(image.Labels),
        bytes: image.Size,
        createdMs: image.Created * 1000,
      }));
    },
    pull: async (reference, { withinMs, signal }) => {
      using limit = timeLimit(withinMs);
      using either = joinSignals(signal, limit.signal);
      try {
        const stream = await docker.pull(reference, { abortSignal: either.signal });
        await follow(stream, () => undefined, either.signal);
        return undefined;
      } catch (error) {
        signal?.throwIfAborted();
        return error instanceof Error ? error.message : String(error);
      }
    },
    importTar: async (path, { tag, labels, signal }) => {
      const [repo = "", version = ""] = tag.split(":");
      const changes = Object.entries(labels).map(([name, value]) => `LABEL ${name}=${JSON.stringify(value)}`);
      const stream = await docker.importImage(createReadStream(path), {
        ...{ repo, tag: version, changes },
        ...(signal && { abortSignal: signal }),
      });
      await follow(stream, () => undefined, signal);
    },
    build: (context, options) => build(docker, context, options, buildNetwork),
    compile: (options) => compile(docker, options),
    volumes: async (label) => {
      const { Volumes } = await docker.listVolumes({ filters: { label: [label] } });
      return Volumes.map(({ Name, Labels }) => ({ name: Name, labels: labelsOf(Labels) }));
    },
    removeVolume: (name) => removal(() => docker.getVolume(name).remove()),
    remove: (reference) => removal(() => docker.getImage(reference).remove({ force: false })),
  };
}

async function removal(remove: () => Promise<unknown>): Promise<"removed" | "absent" | "in use"> {
  try {
    await remove();
    return "removed";
  } catch (error) {
    if (statusOf(error) === 404) return "absent";
    if (statusOf(error) === 409) return "in use";
    throw error;
  }
}

async function build(
  docker: Docker,
  context: Buffer,
  options: BuildOptions,
  network: string | undefined,
): Promise<string> {
  const { tag, args, useCache, onLine, signal } = options;
  const stream = await docker.buildImage(Readable.from([context]), {
    ...{ buildargs: args, nocache: !useCache },
    // Intermediate containers go in any case, also when the build fails or this process goes away.
    ...{ rm: true, forcerm: true },
    // Builds give way to labs, whose stalls are measured.
    cpushares: 128,
    ...(tag !== undefined && { t: tag }),
    ...(network !== undefined && { networkmode: network }),
    ...(signal && { abortSignal: signal }),
  });
  let id: string | undefined;
  let running: string | undefined;
  let partial = "";
  const onMessage = (message: BuildMessage) => {
    if (message.aux?.ID !== undefined) id = message.aux.ID;
    const lines = (partial + (message.stream ?? "")).split(/\r?\n/);
    partial = lines.pop() ?? "";
    for (const line of lines) {
      running = /^ ---> Running in ([0-9a-f]+)$/.exec(line)?.[1] ?? running;
      onLine(line);
    }
  };
  try {
    await follow(stream, onMessage, signal);
  } catch (error) {
    // The engine removes the step's container by itself once it notices that nobody listens: do not wait for that.
    if (signal?.aborted && running !== undefined) await removeStep(docker, running);
    throw error;
  }
  if (id === undefined) throw new BuildFailure("the engine reported no image");
  return id;
}

async function removeStep(docker: Docker, id: string): Promise<void> {
  try {
    await docker.getContainer(id).remove({ force: true });
  } catch (error) {
    // Gone, or going already.
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
  }
}

interface BuildMessage {
  readonly stream?: string;
  readonly error?: string;
  readonly aux?: { readonly ID?: string };
}

/** Reads a stream of JSON messages to its end. A message with an error ends it with a BuildFailure. */
async function follow(stream: NodeJS.ReadableStream, onMessage: (message: BuildMessage) => void, signal?: AbortSignal) {
  let text = "";
  try {
    for await (const chunk of stream) {
      const lines = (text + String(chunk)).split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) receive(line, onMessage);
    }
    receive(text, onMessage);
  } finally {
    // An aborted request ends its stream with an error of its own: the signal has the true reason.
    signal?.throwIfAborted();
  }
}

function receive(line: string, onMessage: (message: BuildMessage) => void) {
  if (line.trim() === "") return;
  const message = JSON.parse(line) as BuildMessage;
  onMessage(message);
  if (message.error !== undefined) throw new BuildFailure(message.error.trim());
}

/** The engine says null where there are none. */
function labelsOf(labels: Readonly<Record<string, string>> | null): Record<string, string> {
  return labels ?? {};
}
