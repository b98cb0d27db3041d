import { ToolError } from "../../core/errors.js";
import type { Remote } from "../../core/remote.js";
import type { HostSpec } from "../../topologies/spec.js";
import { connectHost, named } from "./host-connection.js";
import type { Written } from "./host-connection.js";
import type { HostSystem } from "./host-system.js";
import { linuxHost } from "./linux-host.js";
import { quoted } from "../../core/quoted.js";
import { sshRemote } from "./ssh-remote.js";

/** A host that commands can be given to, as root, until it is let go of. */
export interface OpenHost {
  readonly remote: Remote;
  readonly close: () => void;
}

/**
 * Connects to a host that is part of no lab, with its files below `root`. Every way in which that fails is a ToolError that
 * says what to do.
 */
export async function openHost(
  name: string,
  host: HostSpec,
  written: Written,
  { shell, isRoot }: Pick<HostSystem, "shell" | "isRoot"> = linuxHost,
  root = "",
): Promise<OpenHost> {
  const connection = await connectHost(name, host, process.env, written);
  const open = async (line: string, signal?: AbortSignal) => {
    try {
      return await connection.command(isRoot(host.user) ? line : `exec sudo -n sh -c ${quoted(line)}`, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw new ToolError({
        code: "host/unreachable",
        message: `${named(name, host)} does not take commands any more: ${(error as Error).message}`,
        hint: "it was switched off, or its network was cut; its sshd's log may tell more",
      });
    }
  };
  return {
    remote: sshRemote("", name, open, root, shell),
    close: () => {
      connection.end();
    },
  };
}
