import { z } from "zod";
import { fillStorage, freeStorage } from "../../cluster/storage.js";
import { inject } from "../inject.js";
import type { RunContext, Verb } from "../scenario.js";
import { passed } from "../scenario.js";

/** What a user may look for, and why it is not there; docs/faults.md has what was tried. */
const impossible: Readonly<Record<string, string>> = {
  readonly:
    "the storage cannot be made read-only: the kernel refuses to remount what has files open for writing, such as the cluster lock",
  slow: "the storage cannot be made slow: writes end in the page cache of the kernel that all nodes share, and limits of a device come after that",
};

const schema = z.enum(["full"], { error: ({ input }) => impossible[String(input)] }).meta({
  description:
    "Takes all room on the cluster's storage, for all nodes. Only where the storage has a size of its own (`medium: tmpfs`): on a disk it would be the host's. Healed by giving the room back.",
  examples: ["full"],
});

export const storage: Verb<"full"> = {
  name: "storage",
  docs: [
    {
      form: "storage: full",
      does: "Takes all room on the storage, which must be a tmpfs. A fault: healed by giving it back.",
    },
  ],
  isFault: true,
  schema,
  title: () => "fill the storage",
  check(_full, { spec }) {
    if (spec.cluster.storage.medium === "tmpfs") return [];
    const message = `the storage of topology "${spec.name}" is a folder on the host's disk, which plugfest does not fill`;
    const hint = "give the topology a storage of its own size: `storage: { medium: tmpfs, size: 2GiB }`";
    return [{ path: [], code: "scenario/host-disk", message, hint }];
  },
  async run(_full, context) {
    const { mount } = context.spec.cluster.storage;
    const by = await healthyNode(context);
    await inject(context, {
      name: "storage full",
      // It is everybody's storage, whoever does it.
      nodes: context.spec.nodes.map(({ name }) => name),
      movesAddresses: false,
      inject: (node) => (node === by ? fillStorage(context.remote(by), mount) : Promise.resolve()),
      heal: (node) => (node === by ? freeStorage(context.remote(by), mount) : Promise.resolve()),
    });
    return passed;
  },
};

/** Any that is well. */
async function healthyNode({ cluster, spec }: RunContext): Promise<string> {
  const { nodes } = await cluster.state();
  return nodes.find(({ flags }) => flags.length === 0)?.node ?? spec.nodes[0]?.name ?? "";
}
