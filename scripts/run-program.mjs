import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Runs a program in the project's folder. Its output goes to this terminal, or comes back as text with `capture`.
 * Ctrl-C reaches the program itself, for it is in the same group; we wait for what it makes of it.
 *
 * @param {readonly string[]} argv
 * @param {{ capture?: boolean, env?: Record<string, string> }} [options]
 * @returns {Promise<{ exit: number, output: string }>}
 */
export function runProgram([command, ...args], { capture = false, env = {} } = {}) {
  const ignore = () => undefined;
  process.on("SIGINT", ignore);
  return new Promise((resolve) => {
    const stdio = capture ? ["ignore", "pipe", "pipe"] : "inherit";
    const child = spawn(command, args, { cwd: root, stdio, env: { ...process.env, ...env } });
    const chunks = [];
    child.stdout?.on("data", (chunk) => chunks.push(chunk));
    child.stderr?.on("data", (chunk) => chunks.push(chunk));
    const done = (exit, more = "") => {
      process.off("SIGINT", ignore);
      resolve({ exit, output: Buffer.concat(chunks).toString() + more });
    };
    child.on("error", (error) => done(127, error.message));
    child.on("close", (code, signal) => done(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}

/** The argv of a program of an installed npm package, without npx, which would ask the network when it is missing. */
export function packageProgram(path, ...args) {
  return [process.execPath, `node_modules/${path}`, ...args];
}
