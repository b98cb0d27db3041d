import { StringDecoder } from "node:string_decoder";
import type Docker from "dockerode";
import { BuildFailure, type CompileOptions } from "../../images/engine.js";
import { putFiles } from "./containers.js";
import { request, statusOf } from "./errors.js";
import { frameReader } from "./frames.js";

/**
 * The container lives as long as somebody holds its standard input, and then the engine removes it: one whose plugfest
 * was killed ends by itself. What it runs says how it ended, for by then the container must still be there to be committed.
 */
const script = String.raw`{ "$@" </dev/null 2>&1; printf '\nplugfest-exit %d\n' $?; } & exec cat >/dev/null`;

/** Runs a program in a container of an image; what it leaves there, but for the volume, becomes an image, whose id comes back. */
export async function compile(docker: Docker, options: CompileOptions): Promise<string> {
  const { image, argv, files, volume, onLine, signal } = options;
  await request(`create volume ${volume.name}`, signal, () =>
    docker.createVolume({ Name: volume.name, Driver: "local", Labels: { ...volume.labels } }),
  );
  const container = await request("create a container to compile in", signal, () =>
    docker.createContainer({
      ...{ Image: image, Entrypoint: ["sh", "-c", script, "sh"], Cmd: [...argv], Labels: { ...volume.labels } },
      ...{ OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true },
      HostConfig: {
        ...{ AutoRemove: true, NetworkMode: "none", LogConfig: { Type: "none", Config: {} } },
        // What compiles for an hour gives way to labs, whose stalls are measured.
        CpuShares: 128,
        Mounts: [{ Type: "volume", Source: volume.name, Target: volume.path }],
      },
    }),
  );
  try {
    await putFiles(container, "the container that compiles", files, signal);
    const attach = { stream: true, hijack: true, stdin: true, stdout: true, stderr: true };
    const stream = await request("attach to it", signal, () => container.attach(attach));
    await request("start to compile", signal, () => container.start());
    const exit = await follow(stream, onLine, signal);
    if (exit !== "0") throw new BuildFailure(exit === undefined ? "it ended too early" : `it ended with ${exit}`);
    const made = await request<unknown>("make an image of what was compiled", signal, () => container.commit());
    return (made as { readonly Id: string }).Id;
  } finally {
    await remove(container);
  }
}

/** Reads the output until it says how the program ended; undefined when the container ended without a word. */
async function follow(stream: NodeJS.ReadableStream, onLine: (line: string) => void, signal: AbortSignal | undefined) {
  let exit: string | undefined;
  let partial = "";
  const decoder = new StringDecoder("utf8");
  const read = frameReader((_, payload) => {
    const lines = (partial + decoder.write(payload)).split(/\r?\n/);
    partial = lines.pop() ?? "";
    for (const line of lines) {
      exit = /^plugfest-exit (\d+)$/.exec(line)?.[1] ?? exit;
      if (exit === undefined) onLine(line);
    }
  });
  const ended = new AbortController();
  await new Promise<void>((resolve) => {
    const stop = () => {
      resolve();
    };
    stream.on("data", (chunk: Buffer) => {
      read(chunk);
      if (exit !== undefined) stop();
    });
    // An engine that dies resets the connection, which then closes.
    stream.on("error", () => undefined);
    stream.on("close", stop);
    signal?.addEventListener("abort", stop, { signal: ended.signal });
  });
  ended.abort();
  signal?.throwIfAborted();
  return exit;
}

async function remove(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true });
  } catch (error) {
    // Gone, or going already.
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
  }
}
