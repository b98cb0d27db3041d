import { jobLine, programEnvironment } from "../clients/program.js";
import type { Remote, RemoteProcess } from "../core/remote.js";
import type { LabSpec } from "../topologies/spec.js";
import { patience } from "./patience.js";
import type { Missing, Probe } from "./probe.js";

export interface SmbProbeOptions {
  readonly remote: Remote;
  readonly address: string;
  readonly share: string;
  /** The node that holds the address. */
  readonly holder: () => string;
}

/**
 * Tries for an SMB session with a share on one address. The program is started before it is needed, for its start
 * takes longer than the session.
 */
export class SmbProbe {
  readonly #options: SmbProbeOptions;
  #next: Promise<Attempt> | undefined;

  constructor(options: SmbProbeOptions) {
    this.#options = options;
    this.prepare();
  }

  prepare(): void {
    this.#next ??= startProgram(this.#options.remote);
    this.#next.catch(() => undefined);
  }

  async ask(): Promise<Missing | undefined> {
    const { address, share, holder, remote } = this.#options;
    const attempt = await (this.#next ?? startProgram(remote));
    this.#next = undefined;
    attempt.process.write(jobLine(remote, { verb: "probe", address, share }));
    const error = await attempt.outcome;
    if (error === undefined) return undefined;
    return { node: holder(), detail: `${address} of ${holder()}: ${error}` };
  }

  /** Ends a program that waits for its job. */
  async release(): Promise<void> {
    const attempt = await this.#next?.catch(() => undefined);
    attempt?.process.release();
  }
}

/** True when all of them have had their session. */
export function smbAnswers(lab: LabSpec, probes: readonly SmbProbe[]): Probe {
  const open = new Set(probes);
  return {
    ...{ name: "SMB answers on every public address", everyMs: 100, withinMs: 30_000 * patience(lab) },
    hint: "smbd's own log is /var/log/samba/log.smbd on the node: `plugfest exec <lab> <node> -- tail /var/log/samba/log.smbd`",
    ask: async () => {
      const missing = await Promise.all(
        [...open].map(async (probe) => {
          const found = await probe.ask();
          if (found === undefined) open.delete(probe);
          return found;
        }),
      );
      const [first, ...rest] = missing.filter((one) => one !== undefined);
      return first && { node: first.node, detail: [first, ...rest].map(({ detail }) => detail).join("; ") };
    },
  };
}

interface Attempt {
  readonly process: RemoteProcess;
  /** Undefined when the session stood, else what the program said. */
  readonly outcome: Promise<string | undefined>;
}

async function startProgram(remote: Remote): Promise<Attempt> {
  let stdout = "";
  let stderr = "";
  const process = await remote.start(["python3", "-m", "plugfest_smb3"], {
    env: programEnvironment(remote),
    onStdout: (chunk) => (stdout += chunk.toString()),
    onStderr: (chunk) => (stderr += chunk.toString()),
  });
  const outcome = process.exited.then((exit) => {
    if (exit === 0) return undefined;
    return errorEvent(stdout) ?? stderr.trimEnd().split("\n").at(-1) ?? `exit ${String(exit)}`;
  });
  outcome.catch(() => undefined);
  return { process, outcome };
}

/** The last line of the program's output, when it is an `error` event, in words. */
function errorEvent(stdout: string): string | undefined {
  try {
    const event = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as {
      readonly ev?: string;
      readonly stage?: string;
      readonly status?: string | null;
      readonly message?: string;
    };
    if (event.ev !== "error") return undefined;
    return [event.stage, event.status, event.message].filter((part) => part).join(", ");
  } catch {
    // A traceback: standard error has it.
    return undefined;
  }
}
