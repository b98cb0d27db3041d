import { ToolError } from "../core/errors.js";
import type { Machines } from "./provisioner.js";

/** What containers cannot do: their memory is the host's, and their interfaces are no cards. */
export const notOfContainers: Pick<Machines, "snapshot" | "restore" | "fit"> = {
  snapshot: noSnapshot,
  restore: noSnapshot,
  fit: ({ node, network }, fitted) =>
    fitted
      ? Promise.resolve()
      : refuse(
          "network/no-card",
          `the link ${node}/${network} has no card: ${node} is a container`,
          "cut its cable instead, or make it a virtual machine: `runtime: qemu`",
        ),
};

function noSnapshot(node: string): Promise<never> {
  return refuse(
    "machine/no-snapshot",
    `${node} has no snapshots: it is a container`,
    "virtual machines have them: `runtime: qemu`",
  );
}

function refuse(code: string, message: string, hint: string): Promise<never> {
  return Promise.reject(new ToolError({ code, message, hint }));
}
