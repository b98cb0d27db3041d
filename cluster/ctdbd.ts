import type { Remote } from "../core/remote.js";
import { nodeCommand } from "./node-command.js";

const run = nodeCommand({ timeoutMs: 30_000, hint: "the node's log tells what ctdbd was doing" });

/**
 * Kills ctdbd by SIGKILL. Its smbds end with it; the node's public addresses stay on its interface, for nobody is left to
 * take them off it.
 */
export async function killCtdbd(remote: Remote): Promise<void> {
  await run(remote, ["pkill", "-KILL", "-x", "ctdbd"], [0, 1]);
}

/** Stops ctdbd and its children by SIGSTOP; smbds run on, and wait where they need a database. */
export async function freezeCtdbd(remote: Remote): Promise<void> {
  await run(remote, ["pkill", "-STOP", "^ctdb"]);
}

export async function thawCtdbd(remote: Remote): Promise<void> {
  await run(remote, ["pkill", "-CONT", "^ctdb"], [0, 1]);
}

/** `ctdb shutdown`: Samba is stopped, the addresses are given away, and then ctdbd ends. Without one there is nothing to do. */
export async function shutDownCtdbd(remote: Remote): Promise<void> {
  await run(remote, ["sh", "-c", "! pidof ctdbd >/dev/null || ctdb shutdown"]);
  // The command returns when ctdbd has taken note.
  await run(remote, ["sh", "-c", "while pidof ctdbd >/dev/null; do sleep 0.05; done"]);
}

/**
 * Starts ctdbd, which starts Samba, unless it runs. Does not wait until the node is in the cluster again. But the event
 * daemon of one that was killed takes up to 5 s to find out, and until it has ended a new ctdbd gets none of its own and
 * ends ("Failed to start event daemon", ctdb/server/eventscript.c): that is waited for.
 */
export async function startCtdbd(remote: Remote): Promise<void> {
  const script =
    "pidof ctdbd >/dev/null && exit; while pgrep -x ctdb-eventd >/dev/null; do sleep 0.05; done; exec ctdbd";
  await run(remote, ["sh", "-c", script]);
}

/**
 * Kills the process that the kernel would kill if the node had no memory left: the one with the highest badness
 * (proc_pid_oom_score(5)). The init and the script that the node consists of are spared, as the engine would not be killed.
 * Gives its name.
 */
export async function killLikeOom(remote: Remote): Promise<string> {
  const script = `
for file in /proc/[0-9]*/oom_score; do
  pid=\${file#/proc/}; pid=\${pid%/*}
  case $(cat "/proc/$pid/comm") in smbd*|ctdb*|rpcd_*|winbindd*) echo "$(cat "$file") $pid" ;; esac
done 2>/dev/null | sort -n | tail -1 | {
  read -r score pid
  name=$(cat "/proc/$pid/comm")
  kill -KILL "$pid"
  echo "$name"
}`;
  return (await run(remote, ["sh", "-ec", script])).stdout.trim();
}
