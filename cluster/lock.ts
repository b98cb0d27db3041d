import { ToolError } from "../core/errors.js";
import type { Remote } from "../core/remote.js";

const timeoutMs = 10_000;

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

async function run(remote: Remote, argv: readonly string[]): Promise<void> {
  const result = await remote.exec(argv, { timeoutMs });
  if (result.exit === 0) return;
  throw new ToolError({
    code: "cluster/command-failed",
    message: `${remote.node} refused \`${argv.join(" ").trim()}\``,
    command: argv.join(" "),
    exit: result.exit,
    stderrTail: (result.stderr + result.stdout).slice(-2000),
    hint: "another node may hold the cluster lock by now; the nodes' logs tell",
  });
}
