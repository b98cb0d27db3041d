/**
 * Where things lie on a node. images/node/rootfs/usr/local/sbin/plugfest-node reads these places, too: a test holds
 * both together.
 */
/** The second interface of a node; the first, eth0, has CTDB's own traffic. */
export const publicInterface = "eth1";

/** CTDB's cluster lock: on the shared storage, so that one node at a time is leader. */
export function lockPath(mount: string): string {
  return `${mount}/.ctdb/lock`;
}

/** What holds the cluster lock where nodes share the locks of flock(2) alone; images/machine-node has it. */
export const flockHelper = "/usr/local/sbin/ctdb_mutex_flock_helper";

/** What holds it where they share no locks at all; it takes a silent node's lock away after so many seconds. */
export const leaseHelper = { path: "/usr/local/sbin/ctdb_mutex_lease_helper", patienceSeconds: 10 } as const;

/** The name of OCFS2's cluster, which stands in the superblock of its disk (images/machine-node/finish). */
export const ocfs2Cluster = "plugfest";

/** Directories that a node makes before it starts ctdbd, one `mode path` per line. */
export const directoriesPath = "/etc/plugfest/directories";

/** smbd's log: one file for all its processes. */
export const smbdLogPath = "/var/log/samba/log.smbd";
