import { readFileSync } from "node:fs";
import type { ClientChannel } from "ssh2";
import { abortable } from "../../core/abortable.js";
import { ToolError } from "../../core/errors.js";
import { findWindowsImage } from "../../images/windows-image/windows-store.js";
import { consoleText, whyOff } from "./console.js";
import { type MachineFolder, machineFolder, type MachineRecord, readRecord } from "./machine-folder.js";
import { powerOf, processOf, whyFrozen } from "./qemu-process.js";
import { qmp } from "./qmp.js";
import { type SshConnection, sshConnect } from "../ssh/ssh-connection.js";

/** Connections that are open, by process: an emulated machine takes a second for a new one. */
export class WayIn {
  readonly #open = new Map<string, Promise<SshConnection>>();
  readonly #stateFolder: string;

  constructor(stateFolder: string) {
    this.#stateFolder = stateFolder;
  }

  /** Starts a command on a machine that runs. */
  async command(lab: string, node: string, line: string, signal?: AbortSignal): Promise<ClientChannel> {
    const folder = machineFolder(this.#stateFolder, lab, node);
    const record = readRecord(folder);
    if (record === undefined) throw unreachable(node, `lab ${lab} has no such machine`);
    const power = await powerOf(folder, record);
    if (power === "off") throw unreachable(node, `it is off, for ${whyOff(consoleText(folder))}`);
    if (power === "frozen") throw unreachable(node, await whyFrozen(folder, record));
    signal?.throwIfAborted();
    const key = `${record.uuid}/${String(processOf(folder, record))}`;
    try {
      const connection = await abortable(this.#connection(key, folder, record), signal);
      return await connection.command(line, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ToolError) throw error;
      const { message } = error as Error;
      throw unreachable(node, message, hintFor(message));
    }
  }

  /** A machine that went back to a snapshot knows nothing of its connections. */
  forget({ uuid }: MachineRecord): void {
    for (const [key, connecting] of this.#open) {
      if (!key.startsWith(`${uuid}/`)) continue;
      this.#open.delete(key);
      void connecting.then(
        (connection) => {
          connection.end();
        },
        () => undefined,
      );
    }
  }

  async #connection(key: string, folder: MachineFolder, record: MachineRecord): Promise<SshConnection> {
    const known = await this.#open.get(key)?.catch(() => undefined);
    if (known?.isOpen() === true) return known;
    const connecting = connect(folder, record.node, this.#user(record));
    this.#open.set(key, connecting);
    connecting.catch(() => this.#open.delete(key));
    return connecting;
  }

  /** Windows has no root: its image says who its administrator is. */
  #user({ system, image }: MachineRecord): string {
    return (system === "windows" ? findWindowsImage(this.#stateFolder, image)?.user : undefined) ?? "root";
  }
}

async function connect(folder: MachineFolder, node: string, user: string): Promise<SshConnection> {
  const [, hostKey] = readFileSync(folder.at("host_key.pub"), "utf8").trim().split(" ");
  return sshConnect({
    ...{ host: "127.0.0.1", port: await portOf(folder, node), user, withinMs: 60_000 },
    by: { privateKey: readFileSync(folder.at("key"), "utf8") },
    accepts: (key) => key.toString("base64") === hostKey,
    // The machine's side may be emulated: what is cheapest to compute, and no bytes spared.
    algorithms: { kex: ["curve25519-sha256"], serverHostKey: ["ssh-ed25519"], compress: ["none"] },
  });
}

/** The port of this host that QEMU forwards: the kernel chose it when QEMU asked for any. */
export async function portOf(folder: MachineFolder, node: string): Promise<number> {
  const [answer] = await qmp(folder, node, {
    execute: "human-monitor-command",
    arguments: { "command-line": "info usernet" },
  });
  const port = /HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)/.exec(String(answer))?.[1];
  if (port === undefined) throw unreachable(node, "QEMU does not forward a port to it");
  return Number(port);
}

/** What to do about what ssh says. */
export function hintFor(message: string): string | undefined {
  const anew = "`plugfest down` and `up` make it anew, with new keys";
  if (message.includes("Host denied")) return `it has another host key than it was given: ${anew}`;
  if (message.includes("authentication methods failed")) return `it does not take the key that it was given: ${anew}`;
  if (message.includes("ECONNREFUSED")) return "QEMU does not forward its port: `plugfest down` and `up` make it anew";
  if (/Timed out|ECONNRESET|before handshake|was closed/.test(message)) {
    return "its ssh server does not answer: `plugfest logs` shows its console";
  }
  return undefined;
}

function unreachable(node: string, why: string, hint?: string): ToolError {
  return new ToolError({
    code: "remote/unreachable",
    message: `the machine ${node} cannot be reached: ${why}`,
    hint: hint ?? "`plugfest ls` shows what runs, `plugfest logs` its console",
  });
}
