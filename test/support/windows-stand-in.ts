import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostSpec } from "../../topologies/spec.js";
import { runProgram, sshServer } from "./ssh-server.js";

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
  const commands: string[] = [];
  const env: Record<string, string> = { STAND_IN_ROOT: join(folder, "c") };
  const { port, hostKey, privateKey, close } = await sshServer((command, channel) => {
    commands.push(command);
    const [program, ...argv] = command.split(" ");
    const script = program === "powershell" ? standInProgram : "/nonexistent";
    runProgram(channel, ["python3", script, ...argv], env);
  });
  writeFileSync(join(folder, "key"), privateKey, { mode: 0o600 });
  return {
    ...{ commands, env, disk: join(folder, "c") },
    host: { address: "127.0.0.1", port, user: "pat", keyFile: join(folder, "key"), hostKey },
    close: () => {
      close();
      rmSync(folder, { recursive: true });
    },
  };
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
