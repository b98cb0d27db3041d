import { StringDecoder } from "node:string_decoder";
import type { Clock } from "../../../core/clock.js";
import { timeLimit } from "../../../core/clock.js";
import { failureOf } from "../../../core/errors.js";
import type { ToolError } from "../../../core/errors.js";
import { joinSignals } from "../../../core/join-signals.js";
import type { Remote } from "../../../core/remote.js";
import { answerSchema } from "./protocol.js";
import type { HostAnswer, HostGreeting, HostRequest } from "./protocol.js";
import { SIGN_MS } from "./while-heard.js";

/** An engine that has to be started first takes some seconds, and an emulator's trial boot some more. */
const GREETING_MS = 180_000;

/** Removing the labs after the night's end. */
const LEAVING_MS = 180_000;

/** What is asked for, before it gets its number. */
export type Wanted = HostRequest extends infer Request
  ? Request extends unknown
    ? Omit<Request, "id">
    : never
  : never;
export type Answer = Exclude<HostAnswer, HostGreeting>;

export interface HostWorker {
  readonly greeting: HostGreeting;
  /** Rejects when the signal aborts, when the worker is gone, or does not answer in time. */
  readonly ask: (wanted: Wanted, withinMs: number, signal?: AbortSignal) => Promise<Answer>;
  /** Has it remove its labs and end. */
  readonly leave: () => Promise<void>;
}

export interface WorkerOptions {
  readonly argv: readonly string[];
  readonly clock: Clock;
  /** Makes an error of why it is gone. */
  readonly lost: (why: string) => ToolError;
  /** What it says to people. */
  readonly onWords: (line: string) => void;
}

/** Starts plugfest's `worker` on another host, and waits for its greeting. */
export async function startWorker(remote: Remote, { argv, clock, lost, onWords }: WorkerOptions): Promise<HostWorker> {
  const waiting = new Map<number, (answer: Answer) => void>();
  let greet: (greeting: HostGreeting) => void = () => undefined;
  const greeted = new Promise<HostGreeting>((resolve) => (greet = resolve));
  let said = "";
  const gone = new AbortController();
  const onLine = (line: string) => {
    const answer = answerSchema.safeParse(parsed(line));
    if (!answer.success) gone.abort(lost(`it said something else than an answer: ${line.slice(0, 200)}`));
    else if ("version" in answer.data) greet(answer.data);
    else waiting.get(answer.data.id)?.(answer.data);
  };
  const worker = await remote.start(argv, {
    onStdout: byLines(onLine),
    onStderr: byLines((line) => {
      said = `${said}${line}\n`.slice(-2000);
      onWords(line);
    }),
  });
  const ended = worker.exited.then(
    (exit) => lost(`plugfest ended there with ${String(exit)}${said === "" ? "" : `: ${said.trim()}`}`),
    (error: unknown) => lost(failureOf(error).message),
  );
  void ended.then((why) => {
    gone.abort(why);
  });
  let id = 0;
  const ask: HostWorker["ask"] = async (wanted, withinMs, signal) => {
    const own = ++id;
    using limit = timeLimit(withinMs);
    using either = joinSignals(signal, gone.signal, limit.signal);
    try {
      return await aborting(either.signal, () => {
        const answer = new Promise<Answer>((resolve) => {
          waiting.set(own, resolve);
        });
        worker.write(`${JSON.stringify({ id: own, ...wanted })}\n`);
        return answer;
      });
    } catch (error) {
      if (limit.signal.aborted && signal?.aborted !== true) throw lost("it does not answer");
      throw error;
    } finally {
      waiting.delete(own);
    }
  };
  using limit = timeLimit(GREETING_MS);
  using either = joinSignals(gone.signal, limit.signal);
  const greeting = await aborting(either.signal, () => greeted);
  let leaving = false;
  void giveSigns(clock, gone.signal, () => {
    if (!leaving) worker.write("\n");
  });
  const leave = async () => {
    leaving = true;
    worker.release();
    using patience = timeLimit(LEAVING_MS);
    await aborting(patience.signal, () => ended).catch(() => undefined);
  };
  return { greeting, ask, leave };
}

/** Tells the other end that this one is there, until it is gone itself. */
async function giveSigns(clock: Clock, gone: AbortSignal, give: () => void): Promise<void> {
  try {
    for (;;) {
      await clock.sleep(SIGN_MS, gone);
      give();
    }
  } catch {
    // It is gone.
  }
}

/** What `work` gives, unless the signal aborts before. */
function aborting<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener("abort", onAbort, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => {
        signal.removeEventListener("abort", onAbort);
      });
  });
}

function byLines(onLine: (line: string) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  return (chunk) => {
    const lines = `${rest}${decoder.write(chunk)}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") onLine(line);
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
