import type { Remote } from "../core/remote.js";
import { nodeCommand } from "./node-command.js";

const run = nodeCommand({
  timeoutMs: 10_000,
  hint: "another node may hold the cluster lock by now; the nodes' logs tell",
});

/** ctdb_mutex_fcntl_helper or one of plugfest's own, as the kernel shortens the names of processes. */
const holder = "ctdb_mutex_(fcnt|floc|leas)";

/** Kills the processes that hold the cluster lock for a node: the kernel gives the lock back. */
export async function killLockHolder(remote: Remote): Promise<void> {
  await run(remote, ["pkill", "-KILL", "-x", holder]);
}

/**
 * Puts another file in the place of the cluster lock's, as a cluster file system does that comes back from an older copy:
 * the holder goes on holding a lock that means nothing, and another node can have the new one.
 */
export async function replaceLockFile(remote: Remote, lock: string): Promise<void> {
  await run(remote, ["sh", "-euc", 'mv "$1" "$1.lost"; : >"$1"', "sh", lock]);
}

export async function forgetLostLock(remote: Remote, lock: string): Promise<void> {
  await run(remote, ["rm", "-f", `${lock}.lost`]);
}
