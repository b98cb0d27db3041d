import { createConnection, createServer, type Server } from "node:net";
import { specHash } from "./hash.js";
import { ownOwner, type Owner } from "./owner.js";

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Called once for each holder waited for; undefined when the holder left before it said who it is. */
  readonly onWait?: (holder: Owner | undefined) => void;
}

/**
 * Runs `work` while no other process of this machine holds the lock of that name, then lets go.
 *
 * The lock is a listening socket in Linux's abstract namespace (unix(7)): binding is atomic, and the kernel lets go when
 * the holder dies, however it dies, so that there is no stale lock and no take-over that could race. A waiter connects,
 * is told the holder's owner record, and is woken by the end of that connection: nothing is polled.
 */
export async function withLock<T>(name: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const address = `\0plugfest/${specHash(name)}`;
  for (;;) {
    options.signal?.throwIfAborted();
    const release = await tryLock(address);
    if (release !== undefined) {
      try {
        return await work();
      } finally {
        await release();
      }
    }
    await holderGone(address, options);
  }
}

/** Takes the lock and returns what lets go of it, or undefined when somebody holds it. */
async function tryLock(address: string): Promise<(() => Promise<void>) | undefined> {
  const waiters = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    waiters.add(socket);
    // A waiter may leave at any moment; that is its own affair.
    socket.on("error", () => undefined);
    socket.on("close", () => waiters.delete(socket));
    socket.write(`${JSON.stringify(ownOwner())}\n`);
  });
  if (!(await listen(server, address))) return undefined;
  return () =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      for (const socket of waiters) socket.destroy();
    });
}

function listen(server: Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(error);
    });
    server.listen(address, () => {
      resolve(true);
    });
  });
}

function holderGone(address: string, { signal, onWait }: LockOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(address);
    let said = "";
    const onAbort = () => socket.destroy();
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.endsWith("\n")) onWait?.(JSON.parse(said) as Owner);
    });
    // Refused: the holder let go between our attempt and this connection.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      signal?.removeEventListener("abort", onAbort);
      if (signal?.aborted) reject(signal.reason as Error);
      else resolve();
    });
  });
}
