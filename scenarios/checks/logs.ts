import { z } from "zod";
import { ToolError } from "../../core/errors.js";
import { complaintsIn } from "../../cluster/log-complaints.js";
import { readSmbdErrors } from "../../cluster/smbd-log.js";
import type { NodeRuntime } from "../../topologies/spec.js";
import type { LabCheck } from "./check.js";
import { fail, pass, unknown } from "./finding.js";
import { nodeRuntime } from "./node-runtime.js";
import { askNodes, unanswered, withAnswer, withoutAnswer } from "./per-node.js";
import type { PerNode } from "./per-node.js";

/** What one node logged since the run began. */
interface NodeLogs {
  readonly ctdbd: string;
  readonly smbd: string;
  /** Whether smbd's log still has everything. */
  readonly complete: boolean;
}

interface Facts {
  readonly logs: PerNode<NodeLogs>;
  /** The faults that the scenario caused: some lines are known after them only. */
  readonly faults: readonly string[];
  readonly runtime: NodeRuntime;
}

const MOST_SHOWN = 3;

export const logs: LabCheck<"clean", Facts> = {
  name: "logs",
  about: "lab",
  schema: z.literal("clean").meta({ description: "No node logged an error that is not known to be none." }),
  docs: {
    field: "logs: clean",
    passes:
      "Since the run began no smbd logged anything at level 0 or 1, and no ctdbd in words of failure, but lines that are known, each with its reason (cluster/known-log-lines.ts).",
  },
  gather: async ({ context }) => ({
    faults: context.faults.injected.map(({ fault }) => fault),
    runtime: nodeRuntime(context.spec),
    logs: await askNodes(context, async (node) => {
      const ctdbd = (await context.nodeLogs(node, context.beganMs)).toString("utf8");
      const smbd = await readSmbdErrors(context.remote(node), context.beganMs);
      if (smbd === undefined) throw new ToolError({ code: "node/no-log", message: "smbd has no log" });
      return { ctdbd, smbd: smbd.text, complete: smbd.complete };
    }),
  }),
  judge: (_clean, { logs: read, faults, runtime }) => {
    const found = [...read].flatMap(([node, one]) =>
      "failed" in one
        ? []
        : (["ctdbd", "smbd"] as const).flatMap((log) =>
            complaintsIn(log, one.answer[log], { faults, runtime }).map(
              ({ message }) => `${node}'s ${log}: ${message}`,
            ),
          ),
    );
    if (found.length > 0) {
      const rest = found.length > MOST_SHOWN ? `; and ${String(found.length - MOST_SHOWN)} more` : "";
      return fail(found.slice(0, MOST_SHOWN).join("; ") + rest);
    }
    const silent = unanswered(read);
    if (silent !== undefined) return unknown(silent);
    const cut = [...read].flatMap(([node, one]) => ("answer" in one && !one.answer.complete ? [node] : []));
    if (cut.length > 0) return unknown(`smbd's log no longer has all of the run on ${cut.join(", ")}`);
    return pass(`no unknown error in the logs of ${[...read.keys()].join(", ")}`);
  },
  defects: [
    planted("smbd panics", (found) => ({
      ...found,
      smbd: `${found.smbd}\n[2026/01/01 00:00:00.000000,  0] lib/util/fault.c:173(smb_panic_log)\n  PANIC (pid 4711): planted\n`,
    })),
    planted("ctdbd could not run an event script", (found) => ({
      ...found,
      ctdbd: `${found.ctdbd}\n2026-01-01T00:00:00.000000+00:00 node ctdbd[1]: Event script '50.samba monitor' timed out after 30.1s\n`,
    })),
    {
      name: "a node's logs cannot be had",
      turns: "unknown",
      plant: (facts) => {
        const changed = withoutAnswer(facts.logs);
        return changed && { ...facts, logs: changed };
      },
    },
  ],
};

function planted(name: string, change: (found: NodeLogs) => NodeLogs) {
  const plant = (facts: Facts): Facts | undefined => {
    const changed = withAnswer(facts.logs, change);
    return changed && { ...facts, logs: changed };
  };
  return { name, turns: "fail", plant } as const;
}
