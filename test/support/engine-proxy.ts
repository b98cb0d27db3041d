import { mkdtempSync, rmSync } from "node:fs";
import { createConnection, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What becomes of a request, told by its first line, such as `DELETE /v1.41/networks/x HTTP/1.1`. */
export type Fate = "pass" | "hold" | "die";

export interface EngineProxy {
  /** For DOCKER_HOST. */
  readonly host: string;
  /** Resolves when the first request is held, or when the proxy has died. */
  readonly struck: Promise<void>;
  close(): void;
}

/**
 * The real engine behind a socket that can fail as engines do: a request that is held gets no answer, and at one that
 * is death to it the socket ends all connections and takes no more.
 */
export async function engineProxy(enginePath: string, fate: (request: string) => Fate): Promise<EngineProxy> {
  const place = mkdtempSync(join(tmpdir(), "plugfest-proxy-"));
  const path = join(place, "docker.sock");
  const sockets = new Set<Socket>();
  let strike: () => void = () => undefined;
  const struck = new Promise<void>((resolve) => {
    strike = resolve;
  });
  const end = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  const keep = (socket: Socket) => {
    sockets.add(socket);
    // Either side may leave at any moment: the other is told by the end of its own connection.
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    return socket;
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = createConnection({ path: enginePath, allowHalfOpen: true });
    keep(near).on("data", (chunk: Buffer) => {
      // Node writes a request's head at once, and sends the next one only when it has the answer.
      const request = /^[A-Z]+ \/\S* HTTP\/[^\r]*/.exec(chunk.toString("latin1"))?.[0];
      const what = request === undefined ? "pass" : fate(request);
      if (what === "pass") far.write(chunk);
      else strike();
      if (what === "die") end();
    });
    near.on("end", () => far.end());
    near.on("close", () => far.destroy());
    keep(far).on("data", (chunk) => near.write(chunk));
    far.on("end", () => near.end());
    far.on("close", () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    host: `unix://${path}`,
    struck,
    close: () => {
      end();
      rmSync(place, { recursive: true, force: true });
    },
  };
}
