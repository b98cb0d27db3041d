import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server } from "ssh2";
import { makeKeyPair } from "../../provisioners/qemu/key-pair.js";
import { fingerprint } from "../../provisioners/ssh/fingerprint.js";
import type { HostSpec } from "../../topologies/spec.js";

/** What stands in for powershell.exe, in Python. */
export const standInProgram = new URL("windows-stand-in.py", import.meta.url).pathname;

export interface WindowsStandIn {
  readonly host: HostSpec;
  /** The folder that is its disk C:. */
  readonly disk: string;
  /** Command lines that it was given. */
  readonly commands: readonly string[];
  /** What the stand-in is told by its environment. */
  readonly env: Record<string, string>;
  readonly close: () => void;
}

/** An ssh server that runs, as OpenSSH of Windows does, what it is told in one line; of programs it has `powershell` alone. */
export async function windowsStandIn(): Promise<WindowsStandIn> {
  const folder = mkdtempSync(join(tmpdir(), "plugfest-windows-"));
  const [hostKey, ownKey] = [makeKeyPair(), makeKeyPair()];
  writeFileSync(join(folder, "key"), ownKey.privateKey, { mode: 0o600 });
  const commands: string[] = [];
  const env: Record<string, string> = { STAND_IN_ROOT: join(folder, "c") };
  const server = new Server({ hostKeys: [hostKey.privateKey] }, (client) => {
    client.on("authentication", (context) => {
      if (context.method === "publickey" && context.key.data.equals(blobOf(ownKey.publicKey))) context.accept();
      else context.reject(["publickey"]);
    });
    client.on("error", () => undefined);
    client.on("session", (accept) => {
      accept().on("exec", (acceptCommand, _reject, { command }) => {
        commands.push(command);
        const channel = acceptCommand();
        const [program, ...argv] = command.split(" ");
        const script = program === "powershell" ? standInProgram : "/nonexistent";
        const running = spawn("python3", [script, ...argv], { env: { ...process.env, ...env } });
        channel.pipe(running.stdin);
        running.stdin.on("error", () => undefined);
        running.stdout.on("data", (chunk: Buffer) => channel.write(chunk));
        running.stderr.on("data", (chunk: Buffer) => channel.stderr.write(chunk));
        running.on("close", (code) => {
          channel.exit(code ?? 255);
          channel.end();
        });
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const host = { address: "127.0.0.1", port, user: "pat", keyFile: join(folder, "key") };
  return {
    ...{ commands, env, disk: join(folder, "c") },
    host: { ...host, hostKey: fingerprint(blobOf(hostKey.publicKey)) },
    close: () => {
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function blobOf(publicKey: string): Buffer {
  return Buffer.from(publicKey.split(" ")[1] ?? "", "base64");
}

/** The script that a command line has encoded. */
export function scriptIn(command: string): string {
  const words = command.split(" ");
  return Buffer.from(words[words.indexOf("-EncodedCommand") + 1] ?? "", "base64").toString("utf16le");
}

/** What an existing host's disk has in this file. */
export function onDisk({ disk }: WindowsStandIn, path: string): string {
  return readFileSync(join(disk, path), "utf8");
}
