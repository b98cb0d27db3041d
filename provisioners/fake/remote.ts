import { abortable } from "../../core/abortable.js";
import type { Clock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import type { Remote } from "../../core/remote.js";
import type { FakeMachine, FakeWorld } from "./world.js";

export type Step = (verb: string, what: string) => Promise<void>;

export function fakeRemote(world: FakeWorld, clock: Clock, step: Step, lab: string, node: string): Remote {
  const machine = () => present(world.machine(lab, node), `${node} of ${lab} does not run`);
  // Files can be reached in a machine that is stopped, too.
  const existing = () => present(world.anyMachine(lab, node), `${node} of ${lab} does not exist`);
  const run = async (argv: readonly string[], io: Io): Promise<number> => {
    const on = machine();
    const [name = "", ...args] = argv;
    const program = world.programs.get(name);
    if (program === undefined) {
      io.stderr(`${name}: not found\n`);
      return 127;
    }
    const { signal } = on.power;
    const gone = new Promise<never>((_resolve, reject) => {
      const fail = () => {
        const message = `${node} went away while ${name} ran`;
        reject(new ToolError({ code: "remote/gone", message, hint: "look at its log" }));
      };
      signal.addEventListener("abort", fail, { once: true });
    });
    return Promise.race([program({ ...io, args, machine: on, clock, signal }), gone]);
  };

  return {
    node,
    exec: async (argv, { input = "", env = {}, signal, timeoutMs } = {}) => {
      signal?.throwIfAborted();
      await step("exec", `${node} ${argv.join(" ")}`);
      signal?.throwIfAborted();
      const out = { stdout: "", stderr: "" };
      const startMs = clock.now();
      const exit = await run(argv, {
        env,
        stdin: once(input),
        stdout: (text) => (out.stdout += text),
        stderr: (text) => (out.stderr += text),
      });
      signal?.throwIfAborted();
      if (timeoutMs !== undefined && clock.now() - startMs > timeoutMs) {
        const message = `${argv[0] ?? ""} on ${node} did not end within ${String(timeoutMs)} ms`;
        throw new ToolError({ code: "remote/timeout", message, hint: "look at its log" });
      }
      return { exit, ...out };
    },
    start: async (argv, { onStdout, onStderr, env = {}, signal }) => {
      signal?.throwIfAborted();
      await step("start", `${node} ${argv.join(" ")}`);
      machine();
      const pipe = new Pipe();
      const release = () => {
        pipe.push(undefined);
      };
      signal?.addEventListener("abort", release, { once: true });
      const running = run(argv, {
        env,
        stdin: pipe,
        stdout: (text) => {
          onStdout(Buffer.from(text));
        },
        stderr: (text) => onStderr?.(Buffer.from(text)),
      });
      const exited = abortable(running, signal);
      exited.catch(() => undefined);
      return {
        write: (text) => {
          pipe.push(text);
        },
        ...{ release, exited },
      };
    },
    put: async (files) => {
      await step("put", node);
      for (const file of files) existing().files.set(file.path, file);
    },
    get: async (path) => {
      await step("get", `${node} ${path}`);
      const file = existing().files.get(path);
      return file && Buffer.from(file.content);
    },
  };
}

function present(machine: FakeMachine | undefined, message: string): FakeMachine {
  if (machine) return machine;
  throw new ToolError({ code: "remote/gone", message, hint: "look at its log" });
}

interface Io {
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: AsyncIterable<string>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

async function* once(text: string): AsyncGenerator<string> {
  await Promise.resolve();
  if (text !== "") yield text;
}

/** Standard input that stays open until it is told to end. */
class Pipe implements AsyncIterable<string> {
  readonly #queue: (string | undefined)[] = [];
  #wake: () => void = () => undefined;

  push(text: string | undefined): void {
    this.#queue.push(text);
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for (;;) {
      while (this.#queue.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
      const text = this.#queue.shift();
      if (text === undefined) return;
      yield text;
    }
  }
}
