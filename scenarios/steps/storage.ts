import { z } from "zod";
import { fillStorage, freeStorage } from "../../cluster/storage.js";
import { sizeText } from "../../core/size.js";
import { inject } from "../inject.js";
import type { RunContext, Verb } from "../scenario.js";
import { passed } from "../scenario.js";

/** What a user may look for, and why it is not there. */
const impossible: Readonly<Record<string, string>> = {
  readonly:
    "the storage cannot be made read-only: the kernel refuses that of what has files open for writing, such as a copy's and the cluster lock",
  slow: "a slow storage cannot be made without a rate: write `storage: { slow: 4MB }`",
};

const slow = z.strictObject({
  slow: sizeText
    .refine((rate) => rate > 0, { message: "a rate of nothing would be a hang: use `freeze`" })
    .meta({ description: "Bytes that a node writes to it in a second, at most.", examples: ["4MB"] }),
});

const schema = z.union([z.enum(["full"]), slow], { error: ({ input }) => impossible[String(input)] }).meta({
  description:
    "`full`: takes all room on the cluster's storage, for all nodes; only where the storage has a size of its own (`medium: tmpfs`): on a disk it would be the host's. Healed by giving the room back. `slow`: limits what each node writes to it; only on a disk. Healed by lifting the limit.",
  examples: ["full", { slow: "4MB" }],
});

type Args = z.infer<typeof schema>;

export const storage: Verb<Args> = {
  name: "storage",
  docs: [
    {
      form: "storage: full",
      does: "Takes all room on the storage, which must be a tmpfs. A fault: healed by giving it back.",
    },
    {
      form: "storage: { slow: <size> }",
      does: "Limits how many bytes each node writes to the storage in a second, which must be a disk. A fault: healed by lifting the limit.",
    },
  ],
  isFault: true,
  schema,
  title: (args) => (args === "full" ? "fill the storage" : `slow the storage down to ${String(args.slow / 1e6)} MB/s`),
  check(args, { spec }) {
    const { name, cluster, nodes } = spec;
    if (args === "full" && cluster.storage.medium === "disk") {
      const message = `the storage of topology "${name}" is a folder on the host's disk, which plugfest does not fill`;
      const hint = "give the topology a storage of its own size: `storage: { medium: tmpfs, size: 2GiB }`";
      return [{ path: [], code: "scenario/host-disk", message, hint }];
    }
    if (args !== "full" && nodes.some(({ runtime }) => runtime === "qemu")) {
      const message = `the nodes of topology "${name}" are virtual machines, whose disk plugfest does not slow down`;
      return [{ path: [], code: "scenario/no-disk", message, hint: "take a topology whose nodes are containers" }];
    }
    if (args !== "full" && cluster.storage.medium === "tmpfs") {
      const message = `the storage of topology "${name}" is a tmpfs, which has no disk that could be slow`;
      return [
        { path: [], code: "scenario/no-disk", message, hint: "write `storage: { medium: disk }` in the topology" },
      ];
    }
    return [];
  },
  async run(args, context) {
    await (args === "full" ? fill(context) : slowDown(args.slow, context));
    return passed;
  },
};

async function fill(context: RunContext): Promise<void> {
  const { mount } = context.spec.cluster.storage;
  const by = await healthyNode(context);
  await inject(context, {
    ...{ name: "storage full", nodes: [by], movesAddresses: false, concernsAll: true },
    inject: (node) => fillStorage(context.remote(node), mount),
    heal: (node) => freeStorage(context.remote(node), mount),
  });
}

async function slowDown(bytesPerSecond: number, context: RunContext): Promise<void> {
  const { machines, spec } = context;
  const { mount } = spec.cluster.storage;
  await inject(context, {
    ...{ name: "storage slow", nodes: spec.nodes.map(({ name }) => name), movesAddresses: false },
    inject: (node) => machines.throttle(node, mount, bytesPerSecond),
    heal: (node) => machines.throttle(node, mount, null),
  });
}

/** Any that is well. */
async function healthyNode({ cluster, spec }: RunContext): Promise<string> {
  const { nodes } = await cluster.state();
  return nodes.find(({ flags }) => flags.length === 0)?.node ?? spec.nodes[0]?.name ?? "";
}
