import type { Remote } from "../core/remote.js";
import type { LabSpec, ServerSpec } from "../topologies/spec.js";
import type { Probe } from "./probe.js";

/** Sockets of the kernel's own are among those that ss(8) lists. */
const listens = ["ss", "-H", "-l", "-t", "-n", "sport = :445"];

/** Whether every server that stands alone listens for SMB. */
export function serversListen({ servers }: LabSpec, connect: (node: string) => Remote, signal: AbortSignal): Probe {
  const missing = async ({ name }: ServerSpec) => {
    const { stdout } = await connect(name).exec(listens, { signal });
    return stdout.trim() === "" ? { node: name, detail: `${name} does not listen for SMB yet` } : undefined;
  };
  return {
    name: "servers listen",
    ...{ everyMs: 500, withinMs: 60_000 },
    hint: "the machine's console (`plugfest logs`) tells what ksmbd.mountd says",
    ask: async () => (await Promise.all(servers.map(missing))).find((one) => one !== undefined),
  };
}
