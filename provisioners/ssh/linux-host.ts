import { checkClock, checkHost } from "./host-checks.js";
import type { HostSystem } from "./host-system.js";
import { posixShell } from "./posix-shell.js";

const clearing = `
root=$1
for process in /proc/[0-9]*; do
  grep -qsz "^PYTHONPATH=$root/" "$process/environ" && kill -9 "\${process#/proc/}"
done
rm -rf "$root"
rmdir -p "\${root%/*}" 2>/dev/null || :`;

/** A Linux host: its files are in memory. */
export const linuxHost: HostSystem = {
  isRoot: (user) => user === "root",
  shell: posixShell,
  root: ({ lab, node }) => `/run/plugfest/${lab}/${node}`,
  check: checkHost,
  checkClock,
  prepare: async (remote, root) => {
    await remote.exec(["sh", "-c", 'umask 077; mkdir -p "$1"', "sh", `${root}/tmp`], { timeoutMs: 10_000 });
  },
  clear: async (remote, root) => {
    await remote.exec(["sh", "-uc", clearing, "sh", root], { timeoutMs: 30_000 });
  },
};
