import { readFileSync } from "node:fs";
import { CommanderError } from "commander";
import { systemClock } from "../core/clock.js";
import { asset } from "../core/paths.js";
import type { CliContext, Command } from "./context.js";
import { exitCode } from "./exit-code.js";
import { presentError } from "./present-error.js";
import { buildProgram } from "./program.js";
import { watchInterrupts } from "./signals.js";

/** The composition root: parse, run one command, present what was thrown, choose the exit code. */
export async function main(host: NodeJS.Process): Promise<void> {
  // A reader that has seen enough (`| head`) is no error of ours, and nobody is left to tell.
  host.stdout.on("error", () => host.exit(exitCode.pass));
  const interrupts = watchInterrupts(host, systemClock);
  const argv = host.argv.slice(2);
  const context: CliContext = {
    input: host.stdin,
    out: host.stdout,
    err: host.stderr,
    env: host.env,
    cwd: host.cwd(),
    argv,
    clock: systemClock,
    version: (JSON.parse(readFileSync(asset("package.json"), "utf8")) as { version: string }).version,
    signal: interrupts.signal,
    onSecondInterrupt: (advice) => {
      interrupts.setAdvice(advice);
    },
    interrupt: () => {
      interrupts.interrupt();
    },
    atExit: (work) => {
      host.on("exit", work);
      return () => host.off("exit", work);
    },
  };
  let chosen: Command | undefined;
  try {
    await buildProgram(context.version, (command) => {
      chosen = command;
    }).parseAsync(argv, { from: "user" });
    if (chosen !== undefined) host.exitCode = await chosen(context);
  } catch (error) {
    host.exitCode = present(error, context, host);
  }
}

function present(error: unknown, context: CliContext, host: NodeJS.Process): number {
  // Commander has printed its own text already: help is no error, anything else is the user's input.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCode.input;
  const thrown = context.signal.aborted ? (context.signal.reason as unknown) : error;
  const { text, exit, json } = presentError(thrown, { color: host.stderr.isTTY && !context.env["NO_COLOR"] });
  if (context.argv.includes("--json")) host.stdout.write(`${JSON.stringify(json)}\n`);
  host.stderr.write(`${text}\n`);
  return exit;
}
