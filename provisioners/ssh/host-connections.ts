import type { ClientChannel } from "ssh2";
import { ToolError } from "../../core/errors.js";
import { connectHost, named } from "./host-connection.js";
import type { HostRecord } from "./host-record.js";
import { quoted } from "../../core/quoted.js";
import type { SshConnection } from "./ssh-connection.js";

/** A host, and which use of it is meant. */
export type UsedHost = Pick<HostRecord, "lab" | "node" | "host" | "system">;

/** Connections to hosts that are open, one for each client. */
export class HostConnections {
  readonly #open = new Map<string, Promise<SshConnection>>();

  /** Starts a command on a host: as root, or on Windows as the administrator who has come in. */
  async command(record: UsedHost, line: string, signal?: AbortSignal): Promise<ClientChannel> {
    signal?.throwIfAborted();
    const { node, host, system } = record;
    const connection = await this.#connection(record);
    signal?.throwIfAborted();
    try {
      return await connection.command(
        system === "windows" || host.user === "root" ? line : `exec sudo -n sh -c ${quoted(line)}`,
        signal,
      );
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ToolError) throw error;
      throw new ToolError({
        code: "host/unreachable",
        message: `${named(node, host)} does not take commands any more: ${(error as Error).message}`,
        hint: "it was switched off, or its network was cut; its sshd's log may tell more",
      });
    }
  }

  close(record: UsedHost): void {
    const key = keyOf(record);
    void this.#open.get(key)?.then(
      (connection) => {
        connection.end();
      },
      () => undefined,
    );
    this.#open.delete(key);
  }

  async #connection(record: UsedHost): Promise<SshConnection> {
    const key = keyOf(record);
    const known = await this.#open.get(key)?.catch(() => undefined);
    if (known?.isOpen() === true) return known;
    const connecting = connectHost(record.node, record.host, process.env, {
      ...{ file: "topology", at: `clients.${record.node}.ssh`, system: record.system },
    });
    this.#open.set(key, connecting);
    connecting.catch(() => this.#open.delete(key));
    return connecting;
  }
}

/** Of one use of a host: the next one may be of another. Its fields may be in any order, as they were written or read. */
function keyOf({ lab, node, host: { address, port, user, hostKey, keyFile } }: UsedHost): string {
  return JSON.stringify([lab, node, address, port, user, hostKey, keyFile]);
}
