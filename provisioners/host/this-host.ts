import { spawn } from "node:child_process";
import { abortable } from "../../core/abortable.js";
import { ToolError } from "../../core/errors.js";
import type { Remote, RemoteProcess } from "../../core/remote.js";

/** Programs of the machine that plugfest itself runs on, under the name of whom they are for. */
export function thisHost(node: string): Pick<Remote, "node" | "start"> {
  return {
    node,
    start: ([program = "", ...args], { onStdout, onStderr, env, signal }): Promise<RemoteProcess> =>
      new Promise((resolve, reject) => {
        const child = spawn(program, args, { stdio: "pipe", env: { ...process.env, ...env } });
        child.stdout.on("data", onStdout);
        child.stderr.on("data", (chunk: Buffer) => onStderr?.(chunk));
        // Who writes to a program that has ended learns of it by its exit code.
        child.stdin.on("error", () => undefined);
        const release = () => void child.stdin.end();
        signal?.addEventListener("abort", release, { once: true });
        const ended = new Promise<number>((exit) => {
          child.once("close", (code, by) => {
            signal?.removeEventListener("abort", release);
            exit(code ?? 128 + (by === "SIGKILL" ? 9 : 15));
          });
        });
        const exited = abortable(ended, signal);
        // A caller that never asks for the exit code must not bring plugfest down by that.
        exited.catch(() => undefined);
        child.once("error", (error) => {
          reject(
            new ToolError({
              code: "host/no-program",
              message: `${program} could not be started on this host: ${error.message}`,
              hint: "`plugfest doctor` says what lacks",
            }),
          );
        });
        child.once("spawn", () => {
          if (signal?.aborted === true) release();
          resolve({
            write: (text) => void child.stdin.write(text),
            ...{ release, exited },
          });
        });
      }),
  };
}
