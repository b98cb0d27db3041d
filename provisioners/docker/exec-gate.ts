import type Docker from "dockerode";
import type { Clock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { poll } from "../../core/poll.js";

/**
 * Keeps containers from being frozen while the engine starts a command in them. The command's first process would freeze
 * half-made, the runtime would wait for it for good, and as containerd's shim does one thing at a time for a container,
 * nothing could let that container go on.
 */
export class ExecGate {
  readonly #open = new Map<string, Set<Docker.Exec>>();
  readonly #closed = new Map<string, Promise<void>>();
  readonly #frozen = new Set<string>();

  /** Starts a command, but not while its container is being frozen. `ended` is to follow. */
  async start<T>(container: string, exec: Docker.Exec, start: () => Promise<T>): Promise<T> {
    while (this.#closed.has(container)) await this.#closed.get(container);
    const open = this.#open.get(container) ?? new Set();
    this.#open.set(container, open.add(exec));
    try {
      return await start();
    } catch (error) {
      this.ended(container, exec);
      throw error;
    }
  }

  ended(container: string, exec: Docker.Exec): void {
    const open = this.#open.get(container);
    open?.delete(exec);
    if (open?.size === 0) this.#open.delete(container);
  }

  /** Whether it was frozen here, and not let go on since. */
  isFrozen(container: string): boolean {
    return this.#frozen.has(container);
  }

  /** To be said when it goes on, or ends. */
  goesOn(container: string): void {
    this.#frozen.delete(container);
  }

  /** Does what freezes a container, once all commands in it run or have ended. */
  async freeze(container: string, clock: Clock, work: () => Promise<void>): Promise<void> {
    let goOn: () => void = () => undefined;
    this.#closed.set(container, new Promise((resolve) => (goOn = resolve)));
    try {
      const open = this.#open.get(container) ?? new Set();
      await Promise.all([...open].map((exec) => hasStarted(exec, open, container, clock)));
      await work();
      this.#frozen.add(container);
    } finally {
      this.#closed.delete(container);
      goOn();
    }
  }
}

/** One that the engine refused to start is not open any more, and never starts. */
async function hasStarted(
  exec: Docker.Exec,
  open: ReadonlySet<Docker.Exec>,
  container: string,
  clock: Clock,
): Promise<void> {
  const probe = async () => {
    if (!open.has(exec)) return true;
    const { Pid, ExitCode } = await exec.inspect();
    return Pid > 0 || ExitCode !== null ? true : undefined;
  };
  if ((await poll(probe, { clock, everyMs: 5, withinMs: 10_000 })) === true) return;
  throw new ToolError({
    code: "remote/lost",
    message: `${container} cannot be frozen: the engine is still starting a command in it after 10 s`,
    hint: "the engine is in trouble, or the machine far too busy; `docker ps` tells which",
  });
}
