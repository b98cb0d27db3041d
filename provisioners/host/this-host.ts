import { spawn } from "node:child_process";
import { ToolError } from "../../core/errors.js";
import type { Remote, RemoteProcess } from "../../core/remote.js";

/** Programs of the machine that plugfest itself runs on, under the name of whom they are for. */
export function thisHost(node: string): Pick<Remote, "node" | "start"> {
  return {
    node,
    start: ([program = "", ...args], { onStdout, onStderr, env }): Promise<RemoteProcess> =>
      new Promise((resolve, reject) => {
        const child = spawn(program, args, { stdio: "pipe", env: { ...process.env, ...env } });
        child.stdout.on("data", onStdout);
        child.stderr.on("data", (chunk: Buffer) => onStderr?.(chunk));
        // Who writes to a program that has ended learns of it by its exit code.
        child.stdin.on("error", () => undefined);
        const exited = new Promise<number>((exit) => {
          child.once("close", (code, signal) => {
            exit(code ?? 128 + (signal === "SIGKILL" ? 9 : 15));
          });
        });
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
          resolve({
            write: (text) => void child.stdin.write(text),
            release: () => void child.stdin.end(),
            exited,
          });
        });
      }),
  };
}
