import type { ClientChannel } from "ssh2";
import { abortable } from "../../core/abortable.js";
import { deadline, timeLimit } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { joinSignals } from "../../core/join-signals.js";
import type { ExecOptions, ExecResult, FileSpec, Remote, RemoteProcess, StartOptions } from "../../core/remote.js";
import { CappedBuffer } from "../capped-buffer.js";
import { posixShell } from "./posix-shell.js";
import type { Shell } from "./shell.js";
import { abandon, exitCode, exitOf } from "./ssh-connection.js";

const outputLimitBytes = 4 * 1024 * 1024;
const fileLimitBytes = 1024 * 1024;
/** So long a machine may take to say that a command which was given up has ended. */
const goodbyeMs = 2000;

/** Opens a channel for a command on a machine, or throws a ToolError that says why there is none. */
export type OpenCommand = (line: string, signal?: AbortSignal) => Promise<ClientChannel>;

/**
 * The channel to a machine: commands by ssh, files through them. `root` is where its files are, on a machine that is not
 * plugfest's own.
 */
export function sshRemote(lab: string, node: string, open: OpenCommand, root = "", shell: Shell = posixShell): Remote {
  const exec = async (argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> => {
    const { timeoutMs, input = "", env } = options;
    const { exit, stdout, stderr } = await run(shell.command(argv, env, timeoutMs), input, outputLimitBytes, options);
    if (exit === undefined) throw timedOut(argv, timeoutMs, stderr.toString());
    return { exit, stdout: stdout.toString(), stderr: stderr.toString() };
  };

  /** Its exit code is undefined when it did not end in its time. */
  const run = async (line: string, input: string | Buffer, limitBytes: number, options: ExecOptions) => {
    using limit = options.timeoutMs === undefined ? undefined : timeLimit(options.timeoutMs);
    using joined = joinSignals(options.signal, limit?.signal);
    const { signal } = joined;
    const [stdout, stderr] = [new CappedBuffer(limitBytes), new CappedBuffer(outputLimitBytes)];
    let exit: number | undefined;
    let channel: ClientChannel | undefined;
    const abort = () => channel?.destroy();
    signal.addEventListener("abort", abort, { once: true });
    try {
      channel = await open(line, signal);
      channel.on("data", (chunk: Buffer) => {
        stdout.push(chunk);
      });
      channel.stderr.on("data", (chunk: Buffer) => {
        stderr.push(chunk);
      });
      channel.end(input);
      exit = await Promise.race([finish(channel, node), givenUp(signal)]);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (limit?.signal.aborted !== true) throw error;
    } finally {
      signal.removeEventListener("abort", abort);
      if (channel !== undefined && signal.aborted) abandon(channel);
    }
    options.signal?.throwIfAborted();
    return { exit: limit?.signal.aborted === true ? undefined : exit, stdout, stderr };
  };

  const timedOut = (argv: readonly string[], timeoutMs: number | undefined, said: string) =>
    new ToolError({
      code: "remote/timeout",
      message: `${argv[0] ?? ""} on ${node} did not end within ${String(timeoutMs)} ms`,
      command: argv.join(" "),
      stderrTail: said.slice(-2000),
      hint: `\`plugfest logs ${lab} ${node}\` shows what the machine was doing`,
    });

  return {
    ...{ node, root, exec },
    start: async (argv, options) =>
      startProgram(await open(shell.command(argv, options.env), options.signal), node, options),
    put: async (files: readonly FileSpec[]) => {
      if (files.length === 0) return;
      const placed = files.map((file) => ({ ...file, path: `${root}${file.path}` }));
      const { line, input } = await shell.write(placed);
      const { exit, stderr } = await run(line, input, outputLimitBytes, {});
      if (exit === 0) return;
      throw new ToolError({
        code: "remote/not-written",
        message: `could not write files into ${node}`,
        stderrTail: stderr.toString().slice(-2000),
        hint: "its disk may be full: `plugfest exec` with `df` tells",
      });
    },
    get: async (path) => {
      const { exit, stdout } = await run(shell.read(`${root}${path}`), "", fileLimitBytes, {});
      return exit === 0 ? stdout.toBuffer() : undefined;
    },
  };
}

/** Waits for a command's end; gives its exit code. One that a signal ended has 128 and the signal's number, as in a shell. */
function finish(channel: ClientChannel, node: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let exit = exitOf(channel);
    channel.on("exit", (code: number | null, signal?: string) => {
      exit = exitCode(code, signal);
    });
    // Its reading side must flow to its end, also where nobody listens.
    channel.resume();
    channel.stderr.resume();
    channel.on("error", () => undefined);
    channel.on("close", () => {
      if (exit === undefined) reject(lost(node));
      else resolve(exit);
    });
  });
}

/** A machine that stands still says no goodbye: who gave a command up does not wait for that. */
function givenUp(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const wait = () => {
      const over = deadline(goodbyeMs);
      over.addEventListener("abort", () => {
        reject(over.reason as Error);
      });
    };
    if (signal.aborted) wait();
    else signal.addEventListener("abort", wait, { once: true });
  });
}

function lost(node: string): ToolError {
  return new ToolError({
    code: "remote/lost",
    message: `the connection to ${node} broke before its command ended`,
    hint: "the machine lost its power or its network, or its kernel died: its console tells (`plugfest logs`, or `nodes/*.log` of a run)",
  });
}

function startProgram(channel: ClientChannel, node: string, options: StartOptions): RemoteProcess {
  channel.on("data", options.onStdout);
  channel.stderr.on("data", (chunk: Buffer) => options.onStderr?.(chunk));
  const { signal } = options;
  const giveUp = () => {
    abandon(channel);
  };
  signal?.addEventListener("abort", giveUp, { once: true });
  if (signal?.aborted === true) giveUp();
  const finished = finish(channel, node).finally(() => {
    signal?.removeEventListener("abort", giveUp);
  });
  const exited = abortable(finished, signal);
  // A caller that never asks for the exit code must not bring the program down by that.
  exited.catch(() => undefined);
  return {
    write: (text) => {
      channel.write(text);
    },
    release: () => {
      channel.end();
    },
    exited,
  };
}
