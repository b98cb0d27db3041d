/** A line that looks like an error and is none, or is what a fault must bring about. */
export interface KnownLine {
  readonly log: "smbd" | "ctdbd";
  readonly pattern: RegExp;
  /** Why it is no error. */
  readonly reason: string;
  /** Only after one of these faults; after any, or none, when left out. */
  readonly after?: readonly string[];
  /** Only of nodes that are virtual machines, which may be emulated; of all when left out. */
  readonly on?: "qemu";
}

/** Faults after which a node is gone for a while, as the others see it. */
const GONE = [
  "crash",
  "freeze",
  "freeze ctdbd",
  "cut",
  "eject",
  "flap",
  "kill ctdbd",
  "shutdown",
  "oom",
  "restart",
  "partition",
];
/** Faults after which smbd starts again. */
const RESTARTS = ["crash", "kill ctdbd", "kill smbd", "shutdown", "oom", "restart"];

/**
 * What Samba 4.17 to 4.25 log at levels 0 and 1, and CTDB in words of failure, in runs in which nothing is wrong. Every
 * line was seen, and each says why it may be there; a new one is found by `expect: { logs: clean }`.
 */
export const knownLogLines: readonly KnownLine[] = [
  {
    log: "smbd",
    pattern: /^smbd_server_disconnect_client_ex: client\[\S+\] num_ok\[\d+\] reason\[NT_STATUS_\w+\]/,
    reason: "a client closed its connection, or CTDB did; smbd tells of each at level 1",
  },
  {
    log: "smbd",
    pattern: /^Got release IP message for our IP \S+ - exiting immediately/,
    reason: "the client's address moves to another node, and its smbd lets go: that is a failover",
  },
  {
    log: "smbd",
    pattern: /^scavenger_timer: Failed to cleanup (?:open global|share modes and byte range locks) for file /,
    reason: "the timer that a lost handle starts on its node found the handle reclaimed by another node",
  },
  {
    log: "smbd",
    pattern: /^share_mode_cleanup_disconnected: Could not fetch share mode entry for /,
    reason: "the same timer, when the reclaimed handle had been closed by then",
  },
  {
    log: "smbd",
    pattern: /^tdb_chainunlock on db \S+, key [0-9A-F]+ took \d+\.\d+ milliseconds$/,
    reason:
      "giving a lock back took longer than 5 ms (source3/lib/dbwrap/dbwrap_ctdb.c), as it does on a busy machine; a lock that is had late is not known",
  },
  { log: "smbd", pattern: /^smbd version \S+ started\./, reason: "smbd starts", after: RESTARTS },
  { log: "smbd", pattern: /^Copyright Andrew Tridgell and the Samba Team/, reason: "smbd starts", after: RESTARTS },
  { log: "smbd", pattern: /^INFO: Profiling turned OFF from pid \d+/, reason: "smbd starts", after: RESTARTS },
  {
    log: "smbd",
    pattern: /^cluster_level_db_check\w*: active_level not found yet/,
    reason: "smbd of 4.25 starts, the first of the cluster",
    after: RESTARTS,
  },
  {
    log: "smbd",
    pattern: /^rpcd_\w+ version \S+ started\./,
    reason: "a helper of smbd starts when it is first asked for something",
  },
  {
    log: "ctdbd",
    pattern: /^Unable to take cluster lock - contention$/,
    reason: "two nodes wanted to lead when the leader was gone, and the other one was first",
    after: [...GONE, "stop", "ban"],
  },
  {
    log: "ctdbd",
    pattern: /^Failed to lockdown memory: /,
    reason: "ctdbd starts, and a container may not keep its memory from being swapped",
    after: GONE,
  },
  {
    log: "ctdbd",
    pattern: /: Killed \d+\/\d+ TCP connections to released IP /,
    reason: "CTDB ends the connections of an address that it gives up",
  },
  {
    log: "ctdbd",
    pattern: /^Could not register TCP connection \S+ -> \S+:445 - not a public address \(client_id \d+ pid \d+\)$/,
    reason: "a client connected to a node's own address, and smbd asks CTDB to tickle for all of its connections",
  },
  {
    log: "ctdbd",
    pattern: /will now be suppressed for the rerecovery timeout/,
    reason: "said after each recovery",
  },
  {
    log: "ctdbd",
    pattern: /^Reenabling takeover runs after timeout$/,
    reason:
      "a takeover run took longer than the 60 s for which its leader holds up those of others (do_takeover_run in ctdb/server/ctdb_recoverd.c), and machines have TakeoverTimeout, as long, for each of its three steps",
    on: "qemu",
  },
  {
    log: "ctdbd",
    pattern: /^Reenabling takeover runs after timeout$/,
    reason: "the leader that held up the takeover runs of others is gone, and 60 s are over",
    after: GONE,
  },
  {
    log: "ctdbd",
    pattern: /^Optional tunables directory \S+ not found$/,
    reason: "ctdbd starts",
    after: GONE,
  },
  {
    log: "ctdbd",
    pattern: /Skipping "startipreallocate" event, not RUNNING\/SHUTDOWN/,
    reason: "addresses move while a node is still starting",
    after: GONE,
  },
  {
    log: "ctdbd",
    pattern: /^Tearing down connection to dead node :\d+$|^dead count reached for node \d+$/,
    reason: "the node is gone",
    after: GONE,
  },
  {
    log: "ctdbd",
    pattern: /^ctdb_control error: '(?:node is disconnected|ctdb_control to disconnected node)'$/,
    reason: "something was asked of the node that is gone",
    after: GONE,
  },
  {
    log: "ctdbd",
    pattern:
      /^Async (?:operation|wait) failed|Failed to (?:read|get) node capabilities|Unable to update node capabilities|^Failed to send vacuum fetch control to node \d+$/,
    reason: "the leader asks all nodes, the one that is gone among them",
    after: GONE,
  },
  {
    log: "smbd",
    pattern: /^ctdbd_socket_readable: ctdb_read_packet failed|^cluster fatal event: failed to read data from ctdbd/,
    reason: "smbd ends with its ctdbd",
    after: ["kill ctdbd", "shutdown", "oom", "restart"],
  },
  { log: "ctdbd", pattern: /: node \S+ is dead: \d+ connected$/, reason: "the node is gone", after: GONE },
  {
    log: "ctdbd",
    pattern: /^Leader broadcast timeout$/,
    reason: "the leader is gone or left the cluster, and another one is elected",
    after: [...GONE, "stop", "ban"],
  },
  { log: "ctdbd", pattern: /^Banning this node for \d+ seconds$/, reason: "that was asked for", after: ["ban"] },
];
