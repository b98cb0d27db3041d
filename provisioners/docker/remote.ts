import type { Duplex } from "node:stream";
import type Docker from "dockerode";
import { abortable } from "../../core/abortable.js";
import { type Clock, timeLimit } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { joinSignals } from "../../core/join-signals.js";
import { poll } from "../../core/poll.js";
import type { ExecOptions, ExecResult, FileSpec, Remote, RemoteProcess, StartOptions } from "../../core/remote.js";
import { unpackFile } from "../archive.js";
import { CappedBuffer } from "../capped-buffer.js";
import { putFiles } from "./containers.js";
import { request, requestOrAbsent } from "./errors.js";
import type { ExecGate } from "./exec-gate.js";
import { frameReader } from "./frames.js";
import { nameOf } from "./labels.js";
import { unlessPaused } from "./unless-paused.js";

const outputLimitBytes = 4 * 1024 * 1024;
const fileLimitBytes = 1024 * 1024;

interface At {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly gate: ExecGate;
}

/** The channel to a container: the engine's exec and archive requests. */
export function dockerRemote({ docker, clock, gate }: At, lab: string, node: string): Remote {
  const name = nameOf({ lab, id: node });
  const container = docker.getContainer(name);
  const target = { container, name, gate, clock };

  const exec = async (argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> => {
    const { timeoutMs } = options;
    using limit = timeoutMs === undefined ? undefined : timeLimit(timeoutMs);
    using either = joinSignals(options.signal, limit?.signal);
    const { signal } = either;
    const [stdout, stderr] = [new CappedBuffer(outputLimitBytes), new CappedBuffer(outputLimitBytes)];
    try {
      const run = await open(target, bounded(argv, timeoutMs), options.env, signal);
      run.stream.end(options.input ?? "");
      const buffers = { stdout, stderr };
      const exit = await finish(run, clock, name, (stream, payload) => {
        buffers[stream].push(payload);
      });
      return { exit, stdout: stdout.toString(), stderr: stderr.toString() };
    } catch (error) {
      if (limit?.signal.aborted !== true || options.signal?.aborted === true) throw error;
      throw new ToolError(
        {
          code: "remote/timeout",
          message: `${argv[0] ?? ""} on ${node} did not end within ${String(timeoutMs)} ms`,
          command: argv.join(" "),
          stderrTail: stderr.toString().slice(-2000),
          hint: `\`plugfest logs ${lab} ${node}\` shows what the node was doing`,
        },
        { cause: error },
      );
    }
  };

  return {
    node,
    exec,
    start: async (argv, options) =>
      startProcess(await open(target, argv, options.env, options.signal), clock, name, options),
    put: (files: readonly FileSpec[]) => putFiles(container, name, files),
    get: async (path) => {
      const archive = await requestOrAbsent(`read ${path} of ${name}`, undefined, () => container.getArchive({ path }));
      return archive && unpackFile(archive, fileLimitBytes);
    },
  };
}

interface Running {
  readonly exec: Docker.Exec;
  readonly stream: Duplex;
  readonly signal: AbortSignal | undefined;
  /** To be called when it has ended, or nobody waits for it any more. */
  readonly over: () => void;
}

async function open(
  target: { container: Docker.Container; name: string; gate: ExecGate; clock: Clock },
  argv: readonly string[],
  env: Readonly<Record<string, string>> | undefined,
  signal?: AbortSignal,
): Promise<Running> {
  const { container, name, gate } = target;
  const what = `run ${argv[0] ?? ""} in ${name}`;
  const abort = signal ? { abortSignal: signal } : {};
  const exec = await unlessPaused(target, signal, () =>
    request(what, signal, () =>
      container.exec({
        Cmd: [...argv],
        Env: Object.entries(env ?? {}).map(([key, value]) => `${key}=${value}`),
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: false,
        ...abort,
      }),
    ),
  );
  const stream = await gate.start(name, exec, () =>
    request(what, signal, () => exec.start({ hijack: true, stdin: true, ...abort })),
  );
  const over = () => {
    gate.ended(name, exec);
  };
  return { exec, stream, signal, over };
}

/** Reads a command's output to its end; gives its exit code. */
async function finish(
  { exec, stream, signal, over }: Running,
  clock: Clock,
  name: string,
  onFrame: (stream: "stdout" | "stderr", payload: Buffer) => void,
): Promise<number> {
  const abort = () => stream.destroy();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    await new Promise<void>((resolve) => {
      stream.on("data", frameReader(onFrame));
      // An engine that dies resets the connection; the question for the exit code below then tells.
      stream.on("error", () => undefined);
      stream.on("close", resolve);
    });
  } finally {
    signal?.removeEventListener("abort", abort);
    over();
  }
  return exitCode(exec, clock, name, signal);
}

/** The engine ends the output a moment before it knows the exit code. */
async function exitCode(exec: Docker.Exec, clock: Clock, name: string, signal?: AbortSignal): Promise<number> {
  const what = `learn how a command in ${name} ended`;
  const options = { clock, everyMs: 10, withinMs: 10_000, ...(signal ? { signal } : {}) };
  const exit = await poll(async () => {
    const state = await request(what, signal, () => exec.inspect());
    return state.Running ? undefined : (state.ExitCode ?? undefined);
  }, options);
  if (exit !== undefined) return exit;
  throw new ToolError({
    code: "remote/lost",
    message: `could not ${what}: its output ended, and the engine still calls it running`,
    hint: "the container was paused or its engine is in trouble; `docker ps` tells which",
  });
}

function startProcess(run: Running, clock: Clock, name: string, options: StartOptions): RemoteProcess {
  const finished = finish(run, clock, name, (stream, payload) => {
    if (stream === "stdout") options.onStdout(payload);
    else options.onStderr?.(payload);
  });
  const exited = abortable(finished, options.signal);
  // A caller that never asks for the exit code must not bring the program down by that.
  exited.catch(() => undefined);
  return {
    write: (text) => {
      run.stream.write(text);
    },
    release: () => {
      run.stream.end();
    },
    exited,
  };
}

/**
 * The engine cannot end what it executes, so that a command given up on would stay: timeout(1) ends it in its place,
 * a second after nobody waits for it any more.
 */
function bounded(argv: readonly string[], timeoutMs: number | undefined): readonly string[] {
  if (timeoutMs === undefined) return argv;
  return ["timeout", "--signal=KILL", String(timeoutMs / 1000 + 1), ...argv];
}
