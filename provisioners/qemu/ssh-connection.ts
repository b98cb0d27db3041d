import { createConnection } from "node:net";
import { Client, type ClientChannel } from "ssh2";

export interface SshTarget {
  readonly port: number;
  readonly privateKey: string;
  /** The host's key as in known_hosts(5): `ssh-ed25519 AAAA…`. No other is talked to. */
  readonly hostKey: string;
}

/** One connection to a machine, over which many commands go. It keeps this process from ending only while one does. */
export interface SshConnection {
  readonly isOpen: () => boolean;
  /** Starts a command; the shell of the machine reads it. */
  readonly command: (line: string) => Promise<ClientChannel>;
  readonly end: () => void;
}

/** Connects, or rejects with what ssh2 or the system says. */
export async function sshConnect({ port, privateKey, hostKey }: SshTarget): Promise<SshConnection> {
  const client = new Client();
  // Every command that is under way listens to it.
  client.setMaxListeners(0);
  const socket = createConnection({ host: "127.0.0.1", port });
  const expected = hostKey.trim().split(" ")[1];
  let open = false;
  await new Promise<void>((resolve, reject) => {
    client.once("ready", resolve);
    client.once("error", reject);
    client.once("close", () => {
      reject(new Error("the connection was closed"));
    });
    client.connect({
      ...{ sock: socket, username: "root", privateKey, readyTimeout: 60_000 },
      // The machine's side may be emulated: what is cheapest to compute, and no bytes spared.
      algorithms: { kex: ["curve25519-sha256"], serverHostKey: ["ssh-ed25519"], compress: ["none"] },
      hostVerifier: (key: Buffer) => key.toString("base64") === expected,
    });
  });
  open = true;
  socket.unref();
  client.on("close", () => (open = false));
  // An error closes the connection, and who uses it sees that.
  client.on("error", () => undefined);
  let channels = 0;
  const release = () => {
    channels -= 1;
    if (channels === 0) socket.unref();
  };
  return {
    isOpen: () => open,
    command: (line) =>
      new Promise((resolve, reject) => {
        channels += 1;
        socket.ref();
        const lost = () => {
          release();
          reject(new Error("the connection was closed"));
        };
        client.once("close", lost);
        try {
          client.exec(line, (error, channel) => {
            client.off("close", lost);
            if (error === undefined) {
              channel.once("close", release);
              resolve(channel);
            } else {
              release();
              reject(error);
            }
          });
        } catch (error) {
          client.off("close", lost);
          release();
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      }),
    end: () => {
      client.end();
      socket.destroy();
    },
  };
}
