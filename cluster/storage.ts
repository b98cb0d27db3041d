import { ToolError } from "../core/errors.js";
import type { Remote } from "../core/remote.js";

const timeoutMs = 60_000;

/** Beside the shares, not in them. */
const ballast = (mount: string) => `${mount}/.ctdb/ballast`;

/**
 * Takes all room that is left on the shared storage. Others write meanwhile: what one allocation finds gone, the next
 * does not ask for.
 */
export async function fillStorage(remote: Remote, mount: string): Promise<void> {
  const script = `
size=0
while left=$(df --output=avail --block-size=1 "$1" | tail -1) && [ "$left" -ge 4096 ]; do
  if fallocate --offset "$size" --length "$left" "$2" 2>/dev/null; then size=$((size + left)); fi
done`;
  await run(remote, script, mount);
}

export async function freeStorage(remote: Remote, mount: string): Promise<void> {
  await run(remote, 'rm -f "$2"', mount);
}

async function run(remote: Remote, script: string, mount: string): Promise<void> {
  const result = await remote.exec(["sh", "-euc", script, "sh", mount, ballast(mount)], { timeoutMs });
  if (result.exit === 0) return;
  throw new ToolError({
    code: "cluster/command-failed",
    message: `${remote.node} could not change how much room is on ${mount}`,
    command: script.trim(),
    exit: result.exit,
    stderrTail: (result.stderr + result.stdout).slice(-2000),
    hint: "`plugfest exec <lab> <node> -- df` tells what the storage looks like",
  });
}
