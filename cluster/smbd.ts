import { ToolError } from "../core/errors.js";
import type { Remote } from "../core/remote.js";
import { nodeCommand } from "./node-command.js";

const run = nodeCommand({ timeoutMs: 30_000, hint: "the node's log tells what became of smbd" });

/** A client's end of its TCP connection. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

/**
 * Kills every smbd of a node at once by SIGKILL, frozen before: one that outlives another by a moment may still put away
 * what that had open, and durable handles survive. CTDB does not start them again: the node becomes unhealthy.
 */
export async function killSmbd(remote: Remote): Promise<void> {
  // Its processes are called smbd, smbd-notifyd and so on. A node without any is as it should be.
  await run(remote, ["sh", "-c", "pkill -STOP '^smbd'; exec pkill -KILL '^smbd'"], [0, 1]);
}

/** Starts smbd as CTDB does when its node starts, by CTDB's own event script; at the next monitor event it is healthy. */
export async function startSmbd(remote: Remote): Promise<void> {
  const script = "CTDB_BASE=/etc/ctdb exec /etc/ctdb/events/legacy/50.samba.script startup";
  await run(remote, ["sh", "-c", script]);
}

/**
 * Kills the one smbd that has this client's connections to the node with this number. Samba's own table of sessions tells
 * which that is, for the kernel does not tell whose a socket is when its process has changed its user. Of a session with
 * several channels, which are all of one process, the table has one, and not always the first: hence all of `peers`.
 */
export async function killSmbdOf(remote: Remote, pnn: number, peers: readonly Peer[]): Promise<void> {
  const argv = ["smbstatus", "--processes", "--numeric"];
  const table = await run(remote, argv);
  const { pid } =
    parseSessions(table.stdout).find((one) => one.pnn === pnn && peers.some((peer) => same(one.client, peer))) ?? {};
  if (pid === undefined) {
    throw new ToolError({
      code: "cluster/no-session",
      message: `Samba on ${remote.node} knows no session of ${peers.map(({ address, port }) => `${address}:${String(port)}`).join(" or ")}`,
      command: argv.join(" "),
      exit: table.exit,
      stderrTail: (table.stderr + table.stdout).slice(-2000),
      hint: "the client lost its connection just before",
    });
  }
  await run(remote, ["kill", "-KILL", String(pid)]);
}

/** A row of `smbstatus --processes`. */
export interface Session {
  /** The node's number in the cluster, as CTDB has it. */
  readonly pnn: number;
  readonly pid: number;
  readonly client: Peer;
}

/**
 * Reads `smbstatus --processes --numeric` of a cluster's node, which lists the sessions of all nodes, as
 * `0:15616 5000 5000 10.92.2.201 (ipv4:10.92.2.201:52466) SMB3_11 …` (print_session in utils/status.c). Its JSON is no
 * alternative: that of 4.25.1 panics over a file with a persistent handle.
 */
export function parseSessions(output: string): Session[] {
  return [...output.matchAll(/^(\d+):(\d+) .*\(ipv[46]:(\S+):(\d+)\)/gm)].map(([, pnn, pid, address = "", port]) => ({
    pnn: Number(pnn),
    pid: Number(pid),
    client: { address, port: Number(port) },
  }));
}

function same(one: Peer, other: Peer): boolean {
  return one.address === other.address && one.port === other.port;
}
