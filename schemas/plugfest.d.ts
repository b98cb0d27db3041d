// Made by `plugfest schema types`. Do not edit.

/** A plugfest scenario: what is done to a lab, and what must come of it. */
export type Scenario = {
  /** Names the scenario and the folder of its runs. */
  readonly name: string;
  /** What it shows, in a sentence. */
  readonly description?: string;
  /** The topology it is written for: a shipped name or a path. */
  readonly topology: string;
  /** Words to choose scenarios by. */
  readonly tags?: readonly (string)[];
  /** What is done, in order; each step has one verb. */
  readonly steps: readonly (Step)[];
  /** Done at the end whatever happened, after all faults are healed. */
  readonly always?: readonly (Step)[];
};

export type Step = {
  readonly copy?: CopyArguments;
  readonly read?: ReadArguments;
  readonly hold?: HoldArguments;
  readonly files?: FilesArguments;
  readonly rename?: RenameArguments;
  readonly "server-copy"?: ServerCopyArguments;
  readonly fsctl?: FsctlArguments;
  readonly heal?: HealArguments;
  readonly enable?: EnableArguments;
  readonly continue?: ContinueArguments;
  readonly unban?: UnbanArguments;
  readonly until?: UntilArguments;
  readonly exec?: ExecArguments;
  readonly expect?: ExpectArguments;
  readonly rdma?: RdmaArguments;
  readonly ipreallocate?: IpreallocateArguments;
  readonly start?: StartArguments;
  readonly nemesis?: NemesisArguments;
  readonly disable?: DisableArguments;
  readonly stop?: StopArguments;
  readonly ban?: BanArguments;
  readonly kill?: KillArguments;
  readonly moveip?: MoveipArguments;
  readonly crash?: CrashArguments;
  readonly cut?: CutArguments;
  readonly eject?: EjectArguments;
  readonly flap?: FlapArguments;
  readonly freeze?: FreezeArguments;
  readonly oom?: OomArguments;
  readonly shutdown?: ShutdownArguments;
  readonly partition?: PartitionArguments;
  readonly slow?: SlowArguments;
  readonly impair?: ImpairArguments;
  readonly storage?: StorageArguments;
  readonly "lose-lock"?: LoseLockArguments;
  readonly upgrade?: UpgradeArguments;
  readonly "client-move"?: ClientMoveArguments;
  readonly "witness-list"?: WitnessListArguments;
  /** Steps that begin at once; the next step begins when all of them have ended. */
  readonly parallel?: readonly (StepAtOnce)[];
  /** What happens while the workload of this step runs. */
  readonly during?: readonly (StepInBlock)[];
};

/** Writes a generated, stamped file from a client to a share; `during` holds what happens meanwhile. */
export type CopyArguments = {
  /** Names the workload for other steps: `serving(dvd)`, `expect: { copy: dvd }`. */
  readonly id: string;
  /** The client that copies. */
  readonly from: string;
  /** Share and path of the file that is written. */
  readonly to: string;
  /** How much is copied. */
  readonly size: Size;
  /** Bytes per second at most; as fast as it goes when left out. */
  readonly rate?: Size;
};

/** A size with its unit: kB, MB, GB, TB are powers of 1000; KiB, MiB, GiB, TiB powers of 1024. */
export type Size = string;

/** Reads a file from a share to a client and compares every byte. A file that no workload has written is written first. */
export type ReadArguments = {
  /** Names the workload for other steps: `serving(dvd)`, `expect: { copy: dvd }`. */
  readonly id: string;
  /** The client that reads. */
  readonly to: string;
  /** Share and path of the file that is read. */
  readonly from: string;
  /** How large the file is. */
  readonly size: Size;
  /** Bytes per second at most; as fast as it goes when left out. */
  readonly rate?: Size;
};

/** Opens a file and holds it, idle, while the steps of `during` are done; then it must still be good for writing and reading. */
export type HoldArguments = {
  /** Names the workload for other steps: `serving(dvd)`, `expect: { copy: dvd }`. */
  readonly id: string;
  /** The client that holds the file. */
  readonly client: string;
  /** Share and path of the file. */
  readonly file: string;
  /** How much is written: half before, half afterwards. */
  readonly size?: Size;
  /** How long it stays idle once the steps of its block are done. */
  readonly for?: Duration;
  /** What is asked for: a lease, a batch oplock, or neither. */
  readonly lease?: "RWH" | "RH" | "RW" | "R" | "batch" | "none";
  /** Byte ranges that are locked. */
  readonly locks?: readonly ({
    /** The first byte. */
    readonly offset: Size;
    /** How many bytes. */
    readonly length: Size;
    /** Whether others may not even lock it for reading. */
    readonly exclusive?: boolean;
  })[];
  /** Whether the file is opened to be deleted when it is closed. */
  readonly deleteOnClose?: boolean;
};

/** A duration with its unit: ms, s, m (minutes) or h. */
export type Duration = string;

/** Writes many small files into a directory, each created, written and closed, and an open list of them. */
export type FilesArguments = {
  /** Names the workload for other steps: `serving(dvd)`, `expect: { copy: dvd }`. */
  readonly id: string;
  /** The client that writes. */
  readonly from: string;
  /** Share and path of the directory; it is made. */
  readonly to: string;
  /** How many files. */
  readonly count: number;
  /** The size of each. */
  readonly size: Size;
  /** Bytes per second at most; as fast as it goes when left out. */
  readonly rate?: Size;
};

/** Writes a file, and renames it again and again by its open handle. */
export type RenameArguments = {
  /** Names the workload for other steps: `serving(dvd)`, `expect: { copy: dvd }`. */
  readonly id: string;
  /** The client that renames. */
  readonly client: string;
  /** Share and path; the file is `<path>.0` at first, and `<path>.<times>` at last. */
  readonly file: string;
  /** How often it is renamed. */
  readonly times: number;
  /** Renames per second at most. */
  readonly perSecond?: number;
  /** How large the file is. */
  readonly size?: Size;
};

/** Has the server copy a file, chunk by chunk (FSCTL_SRV_COPYCHUNK_WRITE). */
export type ServerCopyArguments = {
  /** Names the workload for other steps: `serving(dvd)`, `expect: { copy: dvd }`. */
  readonly id: string;
  /** The client that asks for it. */
  readonly client: string;
  /** Share and path of the file that is copied. */
  readonly from: string;
  /** Share and path of the copy, on the same share. */
  readonly to: string;
  /** How large the file is. */
  readonly size: Size;
  /** Bytes per second at most; as fast as it goes when left out. */
  readonly rate?: Size;
};

/** Asks for a file system control on a file, and judges the server's answer. */
export type FsctlArguments = {
  /** The client that asks. */
  readonly client: string;
  /** Share and path of a file that is there. */
  readonly file: string;
  /** What for: copy offload (ODX), TRIM, or a key for server-side copy. */
  readonly ask: "offload-read" | "offload-write" | "trim" | "resume-key";
  /** The status that must come back. */
  readonly answer: string;
};

/** Undoes every fault of this run that is in force on any of these nodes, the newest first: cables are plugged in, nodes are started, enabled, thawed. */
export type HealArguments = string | readonly (string)[];

/** Runs `ctdb enable` on nodes. Addresses may move back to them, which a running copy then notices again. */
export type EnableArguments = string | readonly (string)[];

/** Runs `ctdb continue` on nodes that were stopped. Addresses may move back to them. */
export type ContinueArguments = string | readonly (string)[];

/** Runs `ctdb unban` on nodes: ends a ban before its time. Addresses may move back to them. */
export type UnbanArguments = string | readonly (string)[];

/** Waits for a condition instead of for time to pass; fails when it does not come true. */
export type UntilArguments = {
  /** All nodes OK and all public addresses held, as every node says. */
  readonly cluster: "healthy";
  /** How long it may take. */
  readonly within: Duration;
} | {
  /** A node or a client. */
  readonly on: string;
  /** A command for `sh -c`; exit code 0 ends the wait. */
  readonly run: string;
  /** How long it may take. */
  readonly within: Duration;
};

/** Runs a command on a node or client; another exit code than expected fails the step. */
export type ExecArguments = {
  /** A node, a client, or `serving(<copy>)`. */
  readonly on: string;
  /** A command for `sh -c`. */
  readonly run: string;
  /** The exit code that makes the step pass. */
  readonly exit?: number;
};

/** Judges from evidence. What cannot be known is `unknown`, never a pass. */
export type ExpectArguments = {
  /** The copy that is judged. */
  readonly copy?: string;
  /** How often the client lost its node and went on elsewhere. */
  readonly failovers?: number;
  /** The grade of transparency, or those of which any will do, for every profile or for each. */
  readonly grade?: "G0" | "G1" | "G2" | "G3" | "G4" | "G5" | readonly ("G0" | "G1" | "G2" | "G3" | "G4" | "G5")[] | {
    readonly persistent?: "G0" | "G1" | "G2" | "G3" | "G4" | "G5" | readonly ("G0" | "G1" | "G2" | "G3" | "G4" | "G5")[];
    readonly durable?: "G0" | "G1" | "G2" | "G3" | "G4" | "G5" | readonly ("G0" | "G1" | "G2" | "G3" | "G4" | "G5")[];
    readonly none?: "G0" | "G1" | "G2" | "G3" | "G4" | "G5" | readonly ("G0" | "G1" | "G2" | "G3" | "G4" | "G5")[];
    /** Of the Linux kernel's client, whatever the profile: it has no other. */
    readonly cifs?: "G0" | "G1" | "G2" | "G3" | "G4" | "G5" | readonly ("G0" | "G1" | "G2" | "G3" | "G4" | "G5")[];
    /** Of Windows' client, whatever the profile; else its grade is that of the profile. */
    readonly windows?: "G0" | "G1" | "G2" | "G3" | "G4" | "G5" | readonly ("G0" | "G1" | "G2" | "G3" | "G4" | "G5")[];
  };
  /** What comes of the handle, for every kind of client or for each. */
  readonly handle?: "kept" | "new" | {
    /** After each loss the handle is the one of before, with the same lease; or it is a new one. */
    readonly smb3?: "kept" | "new";
    /** After each loss the handle is the one of before, with the same lease; or it is a new one. */
    readonly cifs?: "kept" | "new";
    /** After each loss the handle is the one of before, with the same lease; or it is a new one. */
    readonly windows?: "kept" | "new";
  };
  readonly stall?: {
    /** The longest gap between acknowledged writes or reads: for all nodes, or for each sort, as emulated machines are slow. */
    readonly under: Duration | {
      readonly docker?: Duration;
      readonly qemu?: Duration;
    };
    /** How long phases of the stall may take, each by its name. */
    readonly phases?: Readonly<Record<string, Duration>>;
  };
  /** The node that takes an address tickles its connections. */
  readonly tickle?: "sent";
  /** What the handle has when it was opened and after the faults. */
  readonly lease?: "RWH" | "RH" | "RW" | "R" | "batch" | "none";
  /** After the faults the locks of a hold are refused to others, and are still its own. */
  readonly locks?: "held";
  /** Reads the file back from every node over SMB and from the store; every byte, md5 and sha256 must agree. */
  readonly content?: "identical";
  /** The copy went by RDMA, and not by TCP (SMB Direct). */
  readonly rdma?: "carried";
  /** Everything that was acknowledged is in the store, also when the copy failed. */
  readonly acknowledged?: "kept";
  /** No node knows of an open of the file that nobody has any more. */
  readonly opens?: "none";
  /** All nodes are OK and all public addresses are held, at once or within a time. */
  readonly cluster?: "healthy" | {
    /** How long it may take from now on. */
    readonly healthyWithin: Duration;
  };
  /** Where the public addresses are: each on one healthy node (held), and evenly among them (spread). */
  readonly addresses?: "held" | "spread";
  /** No node logged an error that is not known to be none. */
  readonly logs?: "clean";
};

/** Measures the RDMA between two machines, and judges it by their devices' own counters. */
export type RdmaArguments = {
  /** The machine that asks, or its link where it has RDMA on two networks: `node1/private`. */
  readonly from: string;
  /** The machine that answers, or its link. */
  readonly to: string;
  /** Whether it must answer; `no` where a link is cut: then nothing may arrive either. */
  readonly answer?: "yes" | "no";
  /** How often rping's ping goes there and back. */
  readonly rounds?: number;
  /** What is measured by perftest once there was an answer: ib_write_bw and so on. */
  readonly bandwidth?: "write" | "read" | "send" | "none";
  /** How much goes over it for that. Left out: 16MiB. */
  readonly size?: Size;
  /** Less than this in a second fails. */
  readonly atLeast?: Size;
};

/** Runs `ctdb ipreallocate`, a takeover run: CTDB gives out public addresses that nobody holds and spreads all evenly. Those that move are noticed by a running copy. */
export type IpreallocateArguments = "all";

/** Starts ctdbd on nodes where it was shut down or killed; where it runs, nothing is done. The nodes join in the background. */
export type StartArguments = string | readonly (string)[];

/** Causes faults at random and heals them, by a schedule that is drawn from a seed: the same seed, the same schedule. */
export type NemesisArguments = {
  /** How long it goes on; all is healed at its end. */
  readonly over?: Duration;
  /** How long after one fault the next begins; drawn between the two. */
  readonly every?: DurationRange;
  /** How long a fault is in force; drawn between the two. 1s..5s when left out. */
  readonly lasting?: DurationRange;
  /** What may happen; drawn anew each time. The node `any` is drawn, too. */
  readonly faults?: readonly ({
    readonly disable?: DisableArguments;
    readonly stop?: StopArguments;
    readonly ban?: BanArguments;
    readonly kill?: KillArguments;
    readonly moveip?: MoveipArguments;
    readonly crash?: CrashArguments;
    readonly cut?: CutArguments;
    readonly eject?: EjectArguments;
    readonly flap?: FlapArguments;
    readonly freeze?: FreezeArguments;
    readonly oom?: OomArguments;
    readonly shutdown?: ShutdownArguments;
    readonly partition?: PartitionArguments;
    readonly slow?: SlowArguments;
    readonly impair?: ImpairArguments;
    readonly storage?: StorageArguments;
    readonly "lose-lock"?: LoseLockArguments;
    readonly upgrade?: UpgradeArguments;
  })[];
  /** How many nodes may be out at once. */
  readonly down?: number;
  /** What the schedule is drawn from; the run's own seed when left out. */
  readonly seed?: number | string;
  /** Faults at given moments in place of drawn ones: how a shrunk schedule is written. */
  readonly schedule?: readonly ({
    /** When it begins, since the nemesis began. */
    readonly after: Duration;
    /** How long it is in force before it is healed. */
    readonly for: Duration;
    readonly disable?: DisableArguments;
    readonly stop?: StopArguments;
    readonly ban?: BanArguments;
    readonly kill?: KillArguments;
    readonly moveip?: MoveipArguments;
    readonly crash?: CrashArguments;
    readonly cut?: CutArguments;
    readonly eject?: EjectArguments;
    readonly flap?: FlapArguments;
    readonly freeze?: FreezeArguments;
    readonly oom?: OomArguments;
    readonly shutdown?: ShutdownArguments;
    readonly partition?: PartitionArguments;
    readonly slow?: SlowArguments;
    readonly impair?: ImpairArguments;
    readonly storage?: StorageArguments;
    readonly "lose-lock"?: LoseLockArguments;
    readonly upgrade?: UpgradeArguments;
  })[];
};

/** Two durations with two dots between them, or one for exactly that long. */
export type DurationRange = string;

/** Runs `ctdb disable` on nodes: they keep running, and their public addresses move away. Healed by `ctdb enable`. */
export type DisableArguments = string | readonly (string)[];

/** Runs `ctdb stop` on nodes: they leave the databases and lose their public addresses, while their smbds live on with the files they have open. Healed by `ctdb continue`. */
export type StopArguments = string | readonly (string)[];

/** Runs `ctdb ban` on nodes: they are cut off from the cluster as by `stop`, for a time. Healed by `ctdb unban`. */
export type BanArguments = {
  /** A node, a list of nodes, `all`, or `serving(<copy>)`: the node that serves that copy at that moment. */
  readonly nodes: string | readonly (string)[];
  /** When CTDB ends the ban by itself, in whole seconds; 60s when left out. */
  readonly for?: Duration;
};

/** Kills by SIGKILL. CTDB's daemon, whose smbds end with it, while the addresses stay on the node; healed by starting it. Or smbd: all of a node's, which CTDB's own start of Samba heals, or only the one that serves a copy; then the node's others take its client back. */
export type KillArguments = {
  /** What is killed. */
  readonly process: "smbd" | "ctdbd";
  /** All of them on these nodes. */
  readonly on?: string | readonly (string)[];
  /** Only the one that has the connection of this copy's client. */
  readonly of?: string;
};

/** Runs `ctdb moveip`: one public address moves to another node, and nobody is disabled. It stays there until CTDB's next takeover run spreads the addresses. Healed by such a run, `ctdb ipreallocate`. */
export type MoveipArguments = {
  /** The public address that moves. */
  readonly address?: string;
  /** Instead of `address`: the one that the client of this copy is connected to. */
  readonly of?: string;
  /** The node it moves to; the next one after its holder when left out. */
  readonly to?: string;
};

/** Takes the power of nodes, without a warning to anyone. Healed by giving it back: the nodes boot, and join by themselves. */
export type CrashArguments = string | readonly (string)[];

/** Pulls the cable of links: nothing goes over them, and the node's interface has no carrier, which CTDB looks at on the public network. Healed by plugging it in. */
export type CutArguments = string | readonly (string)[];

/** Takes the network cards of links out of running virtual machines (PCI hot-unplug): the interface is gone, with its addresses. Healed by putting it in again, with the addresses that it was made with. */
export type EjectArguments = string | readonly (string)[];

/** Pulls the cable of links and plugs it in again, several times; the step ends with the last time. */
export type FlapArguments = {
  /** A link, `<node>/<network>`, or a list of links. The node is a node, a server, a client, `all`, or `serving(<copy>)`; the network is private or public. */
  readonly link: string | readonly (string)[];
  /** How long the cable is out, each time. */
  readonly down: Duration;
  /** How long it is in, each time. */
  readonly up: Duration;
  /** How often it is pulled. */
  readonly times: number;
};

/** Freezes nodes, as a hang does: no process runs, and no connection breaks. Or only CTDB's daemon and its children, by SIGSTOP. Healed by letting them go on. */
export type FreezeArguments = string | readonly (string)[] | {
  /** What is frozen; Samba runs on. */
  readonly process: "ctdbd";
  /** A node, a list of nodes, `all`, or `serving(<copy>)`: the node that serves that copy at that moment. */
  readonly on: string | readonly (string)[];
};

/** Kills on each node the one process of Samba or CTDB that the kernel would kill if memory ran out, by the kernel's own score. Healed by starting what is missing. */
export type OomArguments = string | readonly (string)[];

/** Runs `ctdb shutdown` on nodes: they stop Samba, give their addresses away and leave the cluster; the nodes themselves run on. Healed by starting ctdbd. */
export type ShutdownArguments = string | readonly (string)[];

/** Parts the cluster's private network: what nodes of one group send to another gets lost, and nobody is told. Or one way only: what `from` sends to `to` gets lost, and the answers would arrive. Clients reach all nodes. Healed by letting everything pass. */
export type PartitionArguments = {
  /** Nodes that still reach each other. Those in no group are one together. */
  readonly groups: readonly (string | readonly (string)[])[];
} | {
  /** Nodes whose packets get lost. */
  readonly from: string | readonly (string)[];
  /** On the way to these; to all others when left out. */
  readonly to?: string | readonly (string)[];
};

/** Limits what goes over links, in each direction; what waits longer than 100 ms for its turn is lost. Healed by lifting the limit. */
export type SlowArguments = {
  /** A link, `<node>/<network>`, or a list of links. The node is a node, a server, a client, `all`, or `serving(<copy>)`; the network is private or public. */
  readonly link: string | readonly (string)[];
  /** Per second at most, in each direction. */
  readonly rate: Rate;
};

/** A rate with its unit: kbit, mbit or gbit per second, powers of 1000. */
export type Rate = string;

/** Makes links bad, in each direction: packets come late, get lost or are damaged. Needs a kernel with netem (CONFIG_NET_SCH_NETEM). Healed by making them as good as they were. */
export type ImpairArguments = {
  /** A link, `<node>/<network>`, or a list of links. The node is a node, a server, a client, `all`, or `serving(<copy>)`; the network is private or public. */
  readonly link: string | readonly (string)[];
  /** How much later each packet arrives. */
  readonly delay?: Duration;
  /** How many packets get lost. */
  readonly loss?: Percent;
  /** How many packets have a bit turned. */
  readonly corrupt?: Percent;
  /** How many packets overtake those that are delayed; needs `delay`. */
  readonly reorder?: Percent;
};

/** A percentage from 0% to 100%. */
export type Percent = string;

/** `full`: takes all room on the cluster's storage, for all nodes; only where the storage has a size of its own (`medium: tmpfs`): on a disk it would be the host's. Healed by giving the room back. `slow`: limits what each node writes to it; only on a disk. Healed by lifting the limit. */
export type StorageArguments = "full" | {
  /** Bytes that a node writes to it in a second, at most. */
  readonly slow: Size;
};

/** The leader loses the cluster lock. `holder`: the process that holds it is killed by SIGKILL. `file`: another file takes the place of the lock's, as on a cluster file system that lost its memory; the leader finds that out by itself. CTDB heals both: a leader is elected. */
export type LoseLockArguments = "holder" | "file";

/** Upgrades nodes one after another to another release of Samba, while the others serve: CTDB is shut down on the node, the machine is replaced by one with that release, which has its name, addresses and storage, and the next one's turn comes when it is OK. The first that does not come back ends it, and fails the step. Healed by putting those that did not come back to the release they had. */
export type UpgradeArguments = {
  /** A node, a list of nodes, `all`, or `serving(<copy>)`: the node that serves that copy at that moment. */
  readonly nodes: string | readonly (string)[];
  /** The release of Samba, as in a topology. */
  readonly to: string;
  /** How long each node may take until it is OK again; 60s when left out. */
  readonly within?: Duration;
  /** false where Samba is known to refuse: the step passes when it does, and fails when not. */
  readonly comesBack?: boolean;
};

/** `net witness client-move`: the witness tells a client to go to another node, while its own serves on. The client must be registered, or the step fails. */
export type ClientMoveArguments = {
  /** The client that is told to move. */
  readonly client: string;
  /** The node to move to; left out: any other that holds an address. */
  readonly to?: string;
};

/** `net witness list`: passes when the client has so many registrations with the witness. */
export type WitnessListArguments = {
  /** The client that is looked for. */
  readonly client: string;
  /** How many registrations it must have. */
  readonly count?: number;
};

export type StepAtOnce = {
  readonly copy?: CopyArguments;
  readonly read?: ReadArguments;
  readonly hold?: HoldArguments;
  readonly files?: FilesArguments;
  readonly rename?: RenameArguments;
  readonly "server-copy"?: ServerCopyArguments;
  readonly fsctl?: FsctlArguments;
  readonly heal?: HealArguments;
  readonly enable?: EnableArguments;
  readonly continue?: ContinueArguments;
  readonly unban?: UnbanArguments;
  readonly until?: UntilArguments;
  readonly exec?: ExecArguments;
  readonly rdma?: RdmaArguments;
  readonly ipreallocate?: IpreallocateArguments;
  readonly start?: StartArguments;
  readonly nemesis?: NemesisArguments;
  readonly disable?: DisableArguments;
  readonly stop?: StopArguments;
  readonly ban?: BanArguments;
  readonly kill?: KillArguments;
  readonly moveip?: MoveipArguments;
  readonly crash?: CrashArguments;
  readonly cut?: CutArguments;
  readonly eject?: EjectArguments;
  readonly flap?: FlapArguments;
  readonly freeze?: FreezeArguments;
  readonly oom?: OomArguments;
  readonly shutdown?: ShutdownArguments;
  readonly partition?: PartitionArguments;
  readonly slow?: SlowArguments;
  readonly impair?: ImpairArguments;
  readonly storage?: StorageArguments;
  readonly "lose-lock"?: LoseLockArguments;
  readonly upgrade?: UpgradeArguments;
  readonly "client-move"?: ClientMoveArguments;
  readonly "witness-list"?: WitnessListArguments;
  /** What happens while the workload of this step runs. */
  readonly during?: readonly (StepInBlock)[];
};

export type StepInBlock = {
  /** The step starts when so much is acknowledged. */
  readonly at?: {
    /** The workload that is watched: the one around this step. */
    readonly copy: string;
    /** Share of the file that is acknowledged. */
    readonly progress?: Percent;
    /** How much is acknowledged. */
    readonly bytes?: Size;
    /** So many writes are acknowledged. */
    readonly write?: number;
  };
  /** The step starts at the first such event. connected: The client has its first session. opened: The file is open. fault: A fault was caused, by any step of the run: its command has returned. idle: A `hold` is idle from here on. lost: The client lost its connection, or gave it up. session: After a loss, a new session stands. reclaim: After a loss, the handle was got back. reopened: After a loss, a new handle was opened instead. resumed: After a loss, the first acknowledgement. lease-break: The server broke the lease or oplock of the client. */
  readonly on?: "connected" | "opened" | "fault" | "idle" | "lost" | "session" | "reclaim" | "reopened" | "resumed" | "lease-break";
  readonly after?: Duration;
  readonly heal?: HealArguments;
  readonly enable?: EnableArguments;
  readonly continue?: ContinueArguments;
  readonly unban?: UnbanArguments;
  readonly exec?: ExecArguments;
  readonly ipreallocate?: IpreallocateArguments;
  readonly start?: StartArguments;
  readonly nemesis?: NemesisArguments;
  readonly disable?: DisableArguments;
  readonly stop?: StopArguments;
  readonly ban?: BanArguments;
  readonly kill?: KillArguments;
  readonly moveip?: MoveipArguments;
  readonly crash?: CrashArguments;
  readonly cut?: CutArguments;
  readonly eject?: EjectArguments;
  readonly flap?: FlapArguments;
  readonly freeze?: FreezeArguments;
  readonly oom?: OomArguments;
  readonly shutdown?: ShutdownArguments;
  readonly partition?: PartitionArguments;
  readonly slow?: SlowArguments;
  readonly impair?: ImpairArguments;
  readonly storage?: StorageArguments;
  readonly "lose-lock"?: LoseLockArguments;
  readonly upgrade?: UpgradeArguments;
  readonly "client-move"?: ClientMoveArguments;
  readonly "witness-list"?: WitnessListArguments;
};

/** A scenario as it is; says in an editor what may be written. */

export declare function scenario(written: Scenario): Scenario;
