import { readFileSync } from "node:fs";
import { execa } from "execa";
import { ToolError } from "../../core/errors.js";
import { poll } from "../../core/poll.js";
import { bridgePrefix, withdrawBridgeRule } from "./bridge-rule.js";
import { engineClient } from "./client.js";
import {
  containerPids,
  daemonPid,
  embeddedStatus,
  startEmbeddedEngine,
  type EmbeddedOptions,
} from "./embedded-engine.js";
import type { EngineFiles } from "./engine-files.js";
import { sendSignal } from "../processes.js";

/**
 * Stops the embedded engine and waits for its end: no process, mount or bridge of it remains. Images and volumes do,
 * for the next start. Returns false when there was nothing to stop.
 */
export async function stopEmbeddedEngine(options: EmbeddedOptions): Promise<boolean> {
  const { stateFolder, clock } = options;
  const before = await embeddedStatus(stateFolder);
  const { files } = before;
  if (before.state === "stopped") {
    if (before.pids.length === 0 && mountsBelow(files).length === 0) return false;
    // A killed engine leaves containers without a keeper. It knows them by its own records: let it clean up.
    await startEmbeddedEngine(options);
  }
  const bridges = await bridgesOf(files);
  const status = await embeddedStatus(stateFolder);
  if (status.state === "running") sendSignal(status.pid, "SIGTERM");
  const gone = () => Promise.resolve(remaining(files).length === 0 ? true : undefined);
  const ended = await poll(gone, {
    clock,
    everyMs: 50,
    withinMs: 45_000,
    ...(options.signal && { signal: options.signal }),
  });
  if (!ended) throw stillThere(files);
  for (const mount of mountsBelow(files)) await execa("umount", ["--lazy", mount], { reject: false });
  for (const bridge of bridges) await execa("ip", ["link", "delete", bridge], { reject: false });
  await withdrawBridgeRule(files.ruleComment);
  return true;
}

function remaining(files: EngineFiles): number[] {
  return [...[daemonPid(files)].filter((pid) => pid !== undefined), ...containerPids(files)];
}

/** The engine leaves the bridges of its networks behind when it ends, and makes them again when it starts. */
async function bridgesOf(files: EngineFiles): Promise<string[]> {
  const networks = await engineClient({ socketPath: files.socketPath }).listNetworks();
  const names = networks.map((network) => network.Options?.["com.docker.network.bridge.name"] ?? "");
  return names.filter((name) => name.startsWith(bridgePrefix));
}

/** Mount points below the engine's folders, innermost first. */
function mountsBelow(files: EngineFiles): string[] {
  const points = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "");
  const ours = (point: string) => point.startsWith(`${files.dataRoot}/`) || point.startsWith(`${files.runFolder}/`);
  return points.filter((point) => ours(point) || point === files.dataRoot).reverse();
}

function stillThere(files: EngineFiles): ToolError {
  const pids = remaining(files).map(String);
  return new ToolError({
    code: "engine/does-not-stop",
    message: `plugfest's embedded engine was asked to end and did not within 45 s (pids ${pids.join(", ")})`,
    logPath: files.logPath,
    hint: "look into its log; as a last resort `kill -9` these pids, then run `plugfest engine stop` again",
  });
}
