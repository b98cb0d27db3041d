import { ToolError } from "../../core/errors.js";
import type { Remote } from "../../core/remote.js";
import type { HostSpec } from "../../topologies/spec.js";
import { connectHost, named } from "./host-connection.js";
import type { Written } from "./host-connection.js";
import { quoted } from "./quoted.js";
import { sshRemote } from "./ssh-remote.js";

/** A host that commands can be given to, as root, until it is let go of. */
export interface OpenHost {
  readonly remote: Remote;
  readonly close: () => void;
}

/** Connects to a host that is part of no lab. Every way in which that fails is a ToolError that says what to do. */
export async function openHost(name: string, host: HostSpec, written: Written): Promise<OpenHost> {
  const connection = await connectHost(name, host, process.env, written);
  const remote = sshRemote("", name, async (line) => {
    try {
      return await connection.command(host.user === "root" ? line : `exec sudo -n sh -c ${quoted(line)}`);
    } catch (error) {
      throw new ToolError({
        code: "host/unreachable",
        message: `${named(name, host)} does not take commands any more: ${(error as Error).message}`,
        hint: "it was switched off, or its network was cut; its sshd's log may tell more",
      });
    }
  });
  return {
    remote,
    close: () => {
      connection.end();
    },
  };
}
