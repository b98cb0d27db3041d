/**
 * Where plugfest's clusters differ from CTDB's own defaults, and why. docs/cluster-defaults.md tells users the same
 * with the figures behind it; a test holds the two together. Users' `cluster.tunables` win over these.
 */
export interface Default<Value> {
  readonly name: string;
  /** What plugfest sets. */
  readonly value: Value;
  /** What CTDB would take by itself (common/tunable.c, conf/). */
  readonly ctdb: Value;
  readonly why: string;
}

export const tunableDefaults: readonly Default<number>[] = [
  {
    name: "MonitorInterval",
    value: 2,
    ctdb: 15,
    why: "a dead smbd makes its node unhealthy within 2 s and not 15",
  },
  {
    name: "KeepaliveInterval",
    value: 1,
    ctdb: 5,
    why: "a silent node is declared dead after KeepaliveInterval × KeepaliveLimit, 3 s and not 25",
  },
  {
    name: "KeepaliveLimit",
    value: 3,
    ctdb: 5,
    why: "see KeepaliveInterval",
  },
  {
    name: "RerecoveryTimeout",
    value: 0,
    ctdb: 10,
    why: "ctdbd waits this long and 3 s more after the first recovery before it starts Samba",
  },
  {
    name: "DeferredAttachTO",
    value: 5,
    ctdb: 120,
    why: "how long an smbd that starts during a recovery, and a recovery that waits for it, can hold each other up",
  },
];

/** For nodes that are virtual machines, which may be emulated: there every program that an event script starts takes 0.1 s. */
export const machineTunables: readonly Default<number>[] = [
  {
    name: "MonitorInterval",
    value: 10,
    ctdb: 15,
    why: "one monitor event takes an emulated node a second or more of its processor's time",
  },
  {
    name: "KeepaliveInterval",
    value: 2,
    ctdb: 5,
    why: "a silent node is declared dead after 10 s: one that is emulated on a busy host may be silent for some",
  },
  {
    name: "KeepaliveLimit",
    value: 5,
    ctdb: 5,
    why: "see KeepaliveInterval",
  },
  {
    name: "EventScriptTimeout",
    value: 180,
    ctdb: 30,
    why: "the start of Samba takes an emulated node 10 s, and on a busy host many times as long",
  },
  {
    name: "DeferredAttachTO",
    value: 10,
    ctdb: 120,
    why: "a recovery takes emulated nodes 10 s; but it waits for the event that runs, and smbd's start in that event for it",
  },
  {
    name: "RecoverTimeout",
    value: 180,
    ctdb: 30,
    why: "a recovery begins when the event that runs has ended, and that may be the start of Samba",
  },
  {
    name: "TakeoverTimeout",
    value: 60,
    ctdb: 9,
    why: "the takeover of an address is a run of event scripts, too",
  },
  {
    name: "RecdPingTimeout",
    value: 300,
    ctdb: 60,
    why: "the recovery daemon says that it lives between two of its tasks, and a takeover run may take emulated nodes a minute",
  },
];

/** Options of ctdb.conf for nodes that are virtual machines. */
export const machineConf: readonly Default<string>[] = [
  {
    name: "cluster/leader timeout",
    value: "5",
    ctdb: "5",
    why: "a leader that is emulated may be late to announce itself",
  },
];

/** Options of smb.conf for nodes that are virtual machines. */
export const machineSmbConf: readonly Default<string>[] = [
  {
    name: "ctdb:migrate_duration",
    value: "25000",
    ctdb: "5000",
    why: "smbd tells of each record of its databases that comes later: 4.5 s with nothing wrong on a host with five times as much to do as processors",
  },
];

/** Options of ctdb.conf, by `section/option`. */
export const ctdbConfDefaults: readonly Default<string>[] = [
  {
    name: "logging/location",
    value: "file:/proc/1/fd/1",
    ctdb: "file:/var/log/ctdb/log.ctdb",
    why: "the node's console, with CTDB's own timestamps: the engine's are late under load",
  },
  {
    name: "logging/log level",
    value: "INFO",
    ctdb: "NOTICE",
    why: "tickle ACKs are logged at INFO, and evidence needs them",
  },
  {
    name: "cluster/leader timeout",
    value: "2",
    ctdb: "5",
    why: "the first election starts after it, and so does the one after a leader's death; 1 never settles, for leaders announce themselves once a second",
  },
  {
    name: "legacy/realtime scheduling",
    value: "false",
    ctdb: "true",
    why: "containers have no right to it (SYS_NICE), and ctdbd would refuse to start",
  },
];
