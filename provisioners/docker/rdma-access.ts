import { readFileSync } from "node:fs";
import type Docker from "dockerode";
import { execa } from "execa";
import { ToolError } from "../../core/errors.js";
import type { MachineObject } from "../../topologies/objects.js";

type Access = Pick<NonNullable<Docker.ContainerCreateOptions["HostConfig"]>, "DeviceCgroupRules" | "Mounts">;

/** The kernel gives each device a file as it is made, so that a container has to see the folder (IB_UVERBS_MAJOR is 231). */
const folder = "/dev/infiniband";
const verbs = "c 231:* rw";

/**
 * What lets a container make and use devices for RDMA on its links; nothing where it has none. All of them are in the host's
 * kernel: a container could use those of others, too.
 */
export async function rdmaAccess({ endpoints, node }: MachineObject): Promise<Access> {
  if (endpoints.every(({ rdma }) => rdma === undefined)) return {};
  // Whatever it says: that the device is there afterwards is what counts.
  const connections =
    connectionManager() ?? (await execa("modprobe", ["rdma_ucm"], { reject: false }), connectionManager());
  if (connections === undefined) {
    throw new ToolError({
      code: "engine/no-rdma",
      message: `${node} cannot have RDMA: the module rdma_ucm of this host's kernel is not loaded`,
      hint: "`modprobe rdma_ucm` as root, or write runtime: qemu",
    });
  }
  return {
    DeviceCgroupRules: [verbs, `c ${connections} rw`],
    Mounts: [{ Type: "bind", Source: folder, Target: folder }],
  };
}

/** Major and minor number of the device file of rdma_cm(7), such as `10:262`: the minor one is any. */
function connectionManager(): string | undefined {
  try {
    return readFileSync("/sys/class/misc/rdma_cm/dev", "utf8").trim();
  } catch {
    return undefined;
  }
}
