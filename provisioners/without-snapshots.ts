import { ToolError } from "../core/errors.js";
import type { Machines } from "./provisioner.js";

/** What containers cannot do: their memory is the host's. */
export const withoutSnapshots: Pick<Machines, "snapshot" | "restore"> = { snapshot: refuse, restore: refuse };

function refuse(node: string): Promise<never> {
  return Promise.reject(
    new ToolError({
      code: "machine/no-snapshot",
      message: `${node} has no snapshots: it is a container`,
      hint: "virtual machines have them: `runtime: qemu`",
    }),
  );
}
