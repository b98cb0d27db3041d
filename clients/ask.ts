import { z } from "zod";
import type { Remote } from "../core/remote.js";
import { jobLine, programEnvironment } from "./program.js";

const answer = z.discriminatedUnion("ev", [
  z.looseObject({ ev: z.literal("result") }),
  z.object({ ev: z.literal("error"), stage: z.string(), status: z.string().nullable(), message: z.string() }),
]);

/** What the client program says to one question, or why it has no answer. */
export type Answer =
  { readonly result: Readonly<Record<string, unknown>> } | { readonly failed: string; readonly status: string };

/** Asks the client program on a machine one thing; for what takes time and tells of it there is `runProgram`. */
export async function ask(
  machine: Remote,
  job: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Answer> {
  let stdout = "";
  const program = await machine.start(["python3", "-m", "plugfest_smb3"], {
    env: programEnvironment(machine),
    onStdout: (chunk) => (stdout += chunk.toString()),
  });
  const stop = () => {
    program.release();
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  program.write(jobLine(machine, job));
  const exit = await program.exited.finally(() => {
    signal.removeEventListener("abort", stop);
  });
  signal.throwIfAborted();
  const said = answer.safeParse(lastLine(stdout));
  if (!said.success)
    return { failed: `the client program said nothing that is known, exit ${String(exit)}`, status: "" };
  if (said.data.ev === "result") return { result: said.data };
  const { stage, status, message } = said.data;
  return { failed: `${stage}: ${message}`, status: status ?? "" };
}

function lastLine(text: string): unknown {
  try {
    return JSON.parse(text.trimEnd().split("\n").at(-1) ?? "");
  } catch {
    return undefined;
  }
}
