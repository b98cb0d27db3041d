import { once } from "node:events";
import { type AddressInfo } from "node:net";
import { execa } from "execa";
import { Server, type ServerChannel } from "ssh2";
import { makeKeyPair } from "../../provisioners/qemu/key-pair.js";
import { fingerprint } from "../../provisioners/ssh/fingerprint.js";

/** An SSH server of this process. */
export interface SshServer {
  readonly port: number;
  /** Its own key, as `ssh-ed25519 AAAA…` and by its fingerprint. */
  readonly publicKey: string;
  readonly hostKey: string;
  /** Opens it. */
  readonly privateKey: string;
  readonly close: () => void;
}

/** What the server does with a command. */
export type Perform = (command: string, channel: ServerChannel) => void;

/** A server that does with each command what it is told to; by itself it gives it to a shell of this machine, as an sshd does. */
export async function sshServer(
  perform: Perform = (command, channel) => {
    runProgram(channel, ["sh", "-c", command]);
  },
  furtherHostKeys: readonly string[] = [],
): Promise<SshServer> {
  const [hostKey, key] = [makeKeyPair(), makeKeyPair()];
  const server = new Server({ hostKeys: [...furtherHostKeys, hostKey.privateKey] }, (client) => {
    client.on("authentication", (context) => {
      if (context.method === "publickey" && context.key.data.equals(blobOf(key.publicKey))) context.accept();
      else context.reject(["publickey"]);
    });
    client.on("error", () => undefined);
    client.on("session", (accept) => {
      accept().on("exec", (acceptCommand, _reject, { command }) => {
        perform(command, acceptCommand());
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    publicKey: hostKey.publicKey,
    hostKey: fingerprint(blobOf(hostKey.publicKey)),
    privateKey: key.privateKey,
    close: () => {
      server.close();
    },
  };
}

/** Runs a program with the channel for its standard streams. */
export function runProgram(
  channel: ServerChannel,
  [program = "", ...argv]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): void {
  const child = execa(program, argv, { reject: false, buffer: false, stdio: "pipe", env });
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
}

/** A public key as its host shows it. */
export function blobOf(publicKey: string): Buffer {
  return Buffer.from(publicKey.split(" ")[1] ?? "", "base64");
}
