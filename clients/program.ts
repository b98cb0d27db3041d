import type { EventBody } from "../core/event.js";
import { ToolError } from "../core/errors.js";
import type { Remote, RemoteProcess } from "../core/remote.js";
import type { Transfer, TransferOutcome } from "./client.js";
import { lineSplitter } from "./lines.js";
import { eventOf } from "./smb3-events.js";
import type { Speaker } from "./smb3-events.js";

/** Where the images keep the client program. */
const programPath = "/usr/lib/plugfest";

/** Where a machine keeps the lab's user and password. */
const credentialsPath = "/etc/plugfest/credentials";

export function programEnvironment({ root = "" }: Remote): Record<string, string> {
  return { PYTHONPATH: `${root}${programPath}`, PYTHONUNBUFFERED: "1" };
}

/** A job as a line, with where that machine keeps what the program needs, if that is not the usual place. */
export function jobLine({ root = "" }: Remote, job: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(root === "" ? job : { ...job, credentials: `${root}${credentialsPath}` })}\n`;
}

/** A client program: what runs it, and what it reads before its job. */
export interface Program {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly opening?: string;
}

/** A module of the client program in Python, such as `plugfest_smb3`, on a machine that has it. */
export function pythonProgram(machine: Remote, module: string, ...argv: readonly string[]): Program {
  return { argv: ["python3", "-m", module, ...argv], env: programEnvironment(machine) };
}

export interface ProgramJob extends Speaker {
  readonly program: Program;
  /** The job, sent as one line of JSON; it never holds a secret. */
  readonly job: Readonly<Record<string, unknown>>;
  readonly observe: (event: EventBody) => void;
}

/** Runs the client program on a machine: its job in, its events out, its end awaited. */
export function runProgram(machine: Remote, { program, job, observe, ...speaker }: ProgramJob): Transfer {
  let outcome: TransferOutcome | undefined;
  let broken: Error | undefined;
  let stderr = "";
  const lines = lineSplitter((text) => {
    if (broken !== undefined) return;
    try {
      const event = eventOf(text, speaker);
      if (event === undefined) return;
      if (event.type === "copy.finished") outcome = { ok: true, result: event.result };
      if (event.type === "copy.failed") {
        outcome = { ok: false, stage: event.stage, status: event.status, message: event.message };
      }
      observe(event);
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
    }
  });
  const tell = (what: (process: RemoteProcess) => void) => {
    // One that never started needs to be told nothing.
    void started.then(what, () => undefined);
  };
  const run = async (): Promise<TransferOutcome> => {
    const running = await started;
    const exit = await running.exited;
    if (broken !== undefined) throw broken;
    if (outcome !== undefined) return outcome;
    throw new ToolError({
      code: "client/died",
      message: `the client program on ${machine.node} ended without a result`,
      exit,
      stderrTail: stderr.split("\n").slice(-10).join("\n"),
      hint: "look at the copy's last events and the client's log in the run folder; was its container killed?",
    });
  };
  const started = machine
    .start(program.argv, {
      ...(program.env && { env: program.env }),
      onStdout: (chunk) => {
        lines.push(chunk);
      },
      onStderr: (chunk) => {
        stderr = (stderr + chunk.toString()).slice(-4096);
      },
    })
    .then((process) => {
      process.write(`${program.opening ?? ""}${jobLine(machine, job)}`);
      return process;
    });
  return {
    finished: run(),
    stop: () => {
      // Closing its standard input ends the program.
      tell((process) => {
        process.release();
      });
    },
    release: (mark) => {
      tell((process) => {
        process.write(`${JSON.stringify({ cmd: "release", mark })}\n`);
      });
    },
  };
}
