import { existsSync, readFileSync } from "node:fs";
import { execa, execaSync } from "execa";
import { systemClock } from "../../core/clock.js";
import { poll } from "../../core/poll.js";

/** Whether there is tmux here; where there is none, the reason is printed. */
export function hasTmux(): boolean {
  if (execaSync("tmux", ["-V"], { reject: false }).exitCode === 0) return true;
  // There `npm test` installs it (scripts/test.mjs): that it is missing nevertheless is a failure.
  const isDebian = existsSync("/etc/os-release") && /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
  if (isDebian && process.getuid?.() === 0) throw new Error("tmux is not installed: apt-get install tmux");
  console.warn("skipped: tmux is not installed");
  return false;
}

export interface TerminalOptions {
  readonly cwd: string;
  readonly columns: number;
  readonly rows: number;
  readonly env?: Readonly<Record<string, string>>;
}

let count = 0;

/** A real terminal, by tmux, with a shell in it that runs one command and then says how that ended. */
export class TestTerminal implements AsyncDisposable {
  readonly #socket = `plugfest-${String(process.pid)}-${String(++count)}`;

  static async open(command: readonly string[], options: TerminalOptions): Promise<TestTerminal> {
    const terminal = new TestTerminal();
    const { cwd, columns, rows, env = {} } = options;
    const line = [...command.map((word) => `'${word}'`), "; status=$?; echo; echo ended with $status; exec cat"].join(
      " ",
    );
    const settings = Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
    // With CI set, ink would not draw.
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== "CI"));
    await execa(
      "tmux",
      [
        ...["-L", terminal.#socket, "-f", "/dev/null", "new-session", "-d", "-c", cwd],
        ...["-x", String(columns), "-y", String(rows), ...settings, `echo before; ${line}`],
      ],
      { env: inherited, extendEnv: false },
    );
    return terminal;
  }

  async screen(): Promise<string> {
    return this.#tmux("capture-pane", "-p");
  }

  /** The screen with its escape sequences. */
  async coloured(): Promise<string> {
    return this.#tmux("capture-pane", "-p", "-e");
  }

  /** Keys by the names that tmux has for them. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  /** The id of the program that runs in it: the shell's only child. */
  async pid(): Promise<number> {
    const shell = (await this.#tmux("display-message", "-p", "#{pane_pid}")).trim();
    return Number(readFileSync(`/proc/${shell}/task/${shell}/children`, "utf8").trim());
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  /** The screen once it matches; throws with the last one when it does not in time. */
  async until(wanted: RegExp, withinMs = 60_000): Promise<string> {
    let last = "";
    const look = async () => {
      last = await this.screen();
      return wanted.test(last) ? last : undefined;
    };
    const found = await poll(look, { clock: systemClock, everyMs: 200, withinMs });
    if (found === undefined) throw new Error(`the screen never matched ${String(wanted)}:\n${last}`);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await execa("tmux", ["-L", this.#socket, "kill-server"], { reject: false });
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const { stdout } = await execa("tmux", ["-L", this.#socket, ...args]);
    return stdout;
  }
}
