import { z } from "zod";
import { forgetLostLock, killLockHolder, replaceLockFile } from "../../cluster/lock.js";
import { lockPath } from "../../cluster/paths.js";
import { inject } from "../inject.js";
import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";

const schema = z.enum(["holder", "file"]).meta({
  description:
    "The leader loses the cluster lock. `holder`: the process that holds it is killed by SIGKILL. `file`: another file takes the place of the lock's, as on a cluster file system that lost its memory; the leader finds that out by itself. CTDB heals both: a leader is elected.",
  examples: ["holder"],
});

type Args = z.infer<typeof schema>;

export const loseLock: Verb<Args> = {
  name: "lose-lock",
  docs: [
    {
      form: "lose-lock: holder",
      does: "SIGKILL to the process that holds the cluster lock. A fault: CTDB elects a leader by itself.",
    },
    { form: "lose-lock: file", does: "Another file takes the place of the cluster lock's. A fault: the same." },
  ],
  isFault: true,
  schema,
  title: (what) => (what === "holder" ? "kill the holder of the cluster lock" : "replace the cluster lock's file"),
  check: () => [],
  async run(what, context) {
    const lock = lockPath(context.spec.cluster.storage.mount);
    const { cluster, remote } = context;
    const leader = await cluster.leader();
    if (leader === undefined) return { outcome: "unknown", reason: "lose-lock: the cluster has no leader" };
    await inject(context, {
      ...{ name: `lose-lock ${what}`, nodes: [leader], movesAddresses: false, concernsAll: true },
      ...(what === "holder"
        ? { inject: (node) => killLockHolder(remote(node)), heal: () => Promise.resolve() }
        : {
            inject: (node) => replaceLockFile(remote(node), lock),
            heal: (node) => forgetLostLock(remote(node), lock),
          }),
    });
    return passed;
  },
};
