import type { Remote, RemoteProcess } from "../core/remote.js";

/** What a node says about itself at one moment. Undefined is what it could not tell. */
export interface NodeVitals {
  /** Microseconds of CPU time that the node has used since it started. */
  readonly cpuUs: number | undefined;
  /** Connections to smbd. */
  readonly connections: number | undefined;
  /** CTDB's number of the cluster's leader, as the node sees it. */
  readonly leaderPnn: number | undefined;
}

/**
 * bash reads the node's own control group (of version 2, else 1; a virtual machine has none, and all time is its own). Its
 * connections it lets grep count: for each line that bash itself reads of that file the kernel walks all connections of
 * the host once more, which is 10 ms. CTDB is asked every fifth time. `read -t` is both the pause and the leash, as in
 * follow-cluster.ts.
 */
const script = `exec 3<&0 </dev/null 2>/dev/null
round=0
while :; do
  if [ -r /sys/fs/cgroup/cpu.stat ]; then
    while read -r key value; do [ "$key" = usage_usec ] && echo "cpu $value"; done < /sys/fs/cgroup/cpu.stat
  elif [ -r /sys/fs/cgroup/cpuacct/cpuacct.usage ]; then
    read -r value < /sys/fs/cgroup/cpuacct/cpuacct.usage; echo "cpu $((value / 1000))"
  elif [ ! -e /sys/fs/cgroup/cgroup.controllers ]; then
    read -r _ user nice system _ < /proc/stat; echo "cpu $(((user + nice + system) * 10000))"
  fi
  if [ -r /proc/net/tcp ]; then
    echo "smb $(grep -c '^ *[0-9]*: [0-9A-F]*:01BD [0-9A-F:]* 01 ' /proc/net/tcp)"
  fi
  [ $((round++ % 5)) = 0 ] && leader=$(ctdb leader || ctdb recmaster)
  echo "leader $leader"
  echo end
  read -r -t 2 -u 3
  [ $? -gt 128 ] || exit 0
done`;

/** Follows a node's own figures, every two seconds, until `signal` aborts. Resolves when it has begun. */
export async function followVitals(
  remote: Remote,
  signal: AbortSignal,
  onVitals: (vitals: NodeVitals) => void,
): Promise<RemoteProcess> {
  let text = "";
  return remote.start(["bash", "-c", script], {
    signal,
    onStdout: (chunk) => {
      const rounds = (text + chunk.toString()).split(/^end\n/m);
      text = rounds.pop() ?? "";
      for (const round of rounds) onVitals(parseVitals(round));
    },
  });
}

export function parseVitals(round: string): NodeVitals {
  const number = (name: string) => {
    const found = new RegExp(`^${name} (\\d+)$`, "m").exec(round)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  return { cpuUs: number("cpu"), connections: number("smb"), leaderPnn: number("leader") };
}
