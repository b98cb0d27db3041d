import { createConnection, type Socket } from "node:net";
import { type Algorithms, Client, type ClientChannel } from "ssh2";

export interface SshTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Opens it: a private key, or the socket of an agent that has one. */
  readonly by: { readonly privateKey: string } | { readonly agent: string };
  /** Whether a host key, as it goes over the wire (RFC 4253, 6.6), is the right one. No other host is talked to. */
  readonly accepts: (hostKey: Buffer) => boolean;
  readonly algorithms?: Algorithms;
  /** How long it may take until commands can be given. */
  readonly withinMs: number;
  /** A host that is silent for so long while commands run is asked whether it is still there, and lost if it stays silent. */
  readonly aliveMs?: number;
}

/** One connection to a machine, over which many commands go. It keeps this process from ending only while one does. */
export interface SshConnection {
  readonly isOpen: () => boolean;
  /**
   * Starts a command; the shell of the machine reads it. Rejects with the reason of a signal that aborts before it has begun,
   * whatever the machine does about it then.
   */
  readonly command: (line: string, signal?: AbortSignal) => Promise<ClientChannel>;
  readonly end: () => void;
}

/**
 * Exit codes by channel. On a busy host the end of a command comes in one packet with the answer that it was begun, before
 * anyone who waited for that answer can listen.
 */
const exits = new WeakMap<ClientChannel, number>();

/** A command that a signal ended has 128 and the signal's number, as in a shell. */
export function exitCode(code: number | null, signal: string | undefined): number {
  return code ?? 128 + (signal === "SIGKILL" ? 9 : 15);
}

/** The exit code of a channel's command, once it is known. */
export function exitOf(channel: ClientChannel): number | undefined {
  return exits.get(channel);
}

/** What makes a channel keep this process from ending no more. */
const releases = new WeakMap<ClientChannel, () => void>();

/** Gives a command up. Its machine may stand still, and never say that the channel is closed. */
export function abandon(channel: ClientChannel): void {
  channel.destroy();
  releases.get(channel)?.();
}

/** Connects, or rejects with what ssh2 or the system says. */
export async function sshConnect(target: SshTarget): Promise<SshConnection> {
  const { host, port, user, by, accepts, algorithms, withinMs, aliveMs } = target;
  const client = new Client();
  // Every command that is under way listens to it.
  client.setMaxListeners(0);
  const socket = createConnection({ host, port });
  let open = false;
  try {
    await new Promise<void>((resolve, reject) => {
      client.once("ready", resolve);
      client.once("error", reject);
      client.once("close", () => {
        reject(new Error("the connection was closed"));
      });
      client.connect({
        ...{ sock: socket, username: user, ...by, readyTimeout: withinMs },
        ...(algorithms && { algorithms }),
        hostVerifier: accepts,
      });
    });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  open = true;
  socket.unref();
  client.on("close", () => (open = false));
  // An error closes the connection, and who uses it sees that.
  client.on("error", () => undefined);
  let channels = 0;
  if (aliveMs !== undefined) askAlive(client, socket, aliveMs, () => channels > 0);
  const hold = () => {
    channels += 1;
    socket.ref();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      channels -= 1;
      if (channels === 0) socket.unref();
    };
  };
  return {
    isOpen: () => open,
    command: (line, signal) =>
      new Promise((resolve, reject) => {
        const release = hold();
        const begun = () => {
          client.off("close", lost);
          signal?.removeEventListener("abort", giveUp);
        };
        const fail = (error: unknown) => {
          begun();
          release();
          reject(error instanceof Error ? error : new Error(String(error)));
        };
        const lost = () => {
          fail(new Error("the connection was closed"));
        };
        const giveUp = () => {
          fail(signal?.reason);
        };
        client.once("close", lost);
        signal?.addEventListener("abort", giveUp, { once: true });
        if (signal?.aborted === true) {
          giveUp();
          return;
        }
        try {
          client.exec(line, (error, channel) => {
            if (signal?.aborted === true) {
              // Nobody reads it, so that it would never be closed.
              if (error === undefined) channel.destroy();
              return;
            }
            if (error !== undefined) {
              fail(error);
              return;
            }
            begun();
            channel.once("exit", (code: number | null, by?: string) => {
              exits.set(channel, exitCode(code, by));
            });
            channel.once("close", release);
            releases.set(channel, release);
            resolve(channel);
          });
        } catch (error) {
          fail(error);
        }
      }),
    end: () => {
      client.end();
      socket.destroy();
    },
  };
}

/**
 * Ends a connection whose host is gone, be it switched off, without a word: TCP by itself would wait for hours. ssh2's own
 * timer for this keeps the process from ending, and the socket's does not. The question is the least command, in any shell.
 */
function askAlive(client: Client, socket: Socket, withinMs: number, isBusy: () => boolean): void {
  let asked = false;
  socket.on("data", () => (asked = false));
  socket.setTimeout(withinMs);
  socket.on("timeout", () => {
    if (asked) {
      socket.destroy();
    } else if (isBusy()) {
      asked = true;
      client.exec("exit 0", (_error, channel: ClientChannel | undefined) => {
        channel?.resume();
      });
    }
  });
}
