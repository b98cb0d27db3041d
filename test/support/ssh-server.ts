import { once } from "node:events";
import { type AddressInfo } from "node:net";
import { execa } from "execa";
import { Server } from "ssh2";
import { makeKeyPair } from "../../provisioners/qemu/key-pair.js";
import { fingerprint } from "../../provisioners/ssh/fingerprint.js";

/** An SSH server of this process that gives each command to a shell of this machine, as an sshd does. */
export interface SshServer {
  readonly port: number;
  readonly hostKey: string;
  /** Opens it. */
  readonly privateKey: string;
  readonly close: () => void;
}

export async function sshServer(): Promise<SshServer> {
  const [hostKey, key] = [makeKeyPair(), makeKeyPair()];
  const server = new Server({ hostKeys: [hostKey.privateKey] }, (client) => {
    client.on("authentication", (context) => {
      if (context.method === "publickey" && context.key.data.equals(blobOf(key.publicKey))) context.accept();
      else context.reject(["publickey"]);
    });
    client.on("error", () => undefined);
    client.on("session", (accept) => {
      accept().on("exec", (acceptCommand, _reject, { command }) => {
        const channel = acceptCommand();
        const child = execa("sh", ["-c", command], { reject: false, buffer: false, stdio: "pipe" });
        channel.pipe(child.stdin);
        child.stdin.on("error", () => undefined);
        // A connection that breaks closes the command's standard input, and nothing else.
        channel.on("close", () => child.stdin.end());
        child.stdout.on("data", (chunk: Buffer) => channel.writable && channel.write(chunk));
        child.stderr.on("data", (chunk: Buffer) => channel.writable && channel.stderr.write(chunk));
        void child.then(({ exitCode }) => {
          if (!channel.writable) return;
          channel.exit(exitCode ?? 137);
          channel.end();
        });
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    hostKey: fingerprint(blobOf(hostKey.publicKey)),
    privateKey: key.privateKey,
    close: () => {
      server.close();
    },
  };
}

function blobOf(publicKey: string): Buffer {
  return Buffer.from(publicKey.split(" ")[1] ?? "", "base64");
}
