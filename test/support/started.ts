import { execa } from "execa";
import { asset } from "../../core/paths.js";
import type { Event } from "../../core/event.js";
import type { Ran } from "./plugfest.js";

export interface Started {
  readonly pid: number;
  /** Resolves when an event meets the condition; rejects when the program ends before one does. */
  readonly until: (condition: (event: Event) => boolean) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ran>;
}

/** Starts the built program with `--json`, so that a test can act at the very event it waits for. */
export function startPlugfest(args: readonly string[], cwd: string, env: Record<string, string> = {}): Started {
  const child = execa(process.execPath, [asset("bin", "plugfest"), ...args, "--json"], {
    ...{ cwd, reject: false, stdin: "ignore", env: { NO_COLOR: "1", ...env } },
  });
  const watchers = new Set<{ condition: (event: Event) => boolean; resolve: () => void }>();
  const seen: Event[] = [];
  const ended = (async () => {
    let text = "";
    for await (const chunk of child.stdout) {
      const lines = (text + String(chunk)).split("\n");
      text = lines.pop() ?? "";
      for (const event of lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Event)) {
        seen.push(event);
        for (const watcher of watchers) if (watcher.condition(event)) watcher.resolve();
      }
    }
    const result = await child;
    return { exit: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
  })();
  return {
    pid: child.pid ?? -1,
    until: async (condition) => {
      if (seen.some(condition)) return;
      const met = new Promise<void>((resolve) => watchers.add({ condition, resolve }));
      const early = ended.then((ran) => {
        throw new Error(`plugfest ended before that: exit ${String(ran.exit)}\n${ran.stdout}\n${ran.stderr}`);
      });
      await Promise.race([met, early]);
    },
    kill: (signal) => child.kill(signal),
    ended,
  };
}
