import { z } from "zod";
import { openFiles } from "../../cluster/open-files.js";
import type { OpenFile } from "../../cluster/open-files.js";
import type { CopyCheck } from "./check.js";
import { fail, pass, unknown } from "./finding.js";
import { askNodes, unanswered, withAnswer, withoutAnswer } from "./per-node.js";
import type { PerNode } from "./per-node.js";

interface Facts {
  readonly ended: boolean;
  /** The share's path on the nodes, and the file's in it. */
  readonly sharePath: string;
  readonly path: string;
  readonly opens: PerNode<readonly OpenFile[]>;
}

export const opens: CopyCheck<"none", Facts> = {
  name: "opens",
  about: "copy",
  schema: z.literal("none").meta({ description: "No node knows of an open of the file that nobody has any more." }),
  docs: {
    field: "opens: none",
    passes:
      "The copy has ended, and no node knows an open of its file: neither one in use nor a durable or persistent handle that waits for its client.",
  },
  gather: async ({ copy, context }) => ({
    ended: copy.state !== "running",
    sharePath: context.spec.cluster.shares.find(({ name }) => name === copy.share)?.path ?? "",
    path: copy.finalPath,
    opens: await askNodes(context, (node) => openFiles(context.remote(node))),
  }),
  judge: (_none, facts) => {
    if (!facts.ended) return unknown("the copy is still running");
    const leaked = [...facts.opens].flatMap(([node, found]) =>
      "failed" in found
        ? []
        : found.answer
            .filter((open) => isOf(open, facts))
            .map(({ server, oplock }) => `${server} (${oplock}, says ${node})`),
    );
    if (leaked.length > 0) return fail(`${facts.path} is still open: ${leaked.join(", ")}`);
    const silent = unanswered(facts.opens);
    if (silent !== undefined) return unknown(silent);
    return pass(`${facts.path} is not open any more, say ${[...facts.opens.keys()].join(", ")}`);
  },
  defects: [
    {
      name: "the copy's handle was left open",
      turns: "fail",
      plant: (facts) => {
        const { sharePath, path: name } = facts;
        const left = { server: "0:4711", oplock: "LEASE(RWH)", sharePath, name };
        const changed = withAnswer(facts.opens, (answer) => [...answer, left]);
        return changed && { ...facts, opens: changed };
      },
    },
    {
      name: "a node does not answer",
      turns: "unknown",
      plant: (facts) => {
        const changed = withoutAnswer(facts.opens);
        return changed && { ...facts, opens: changed };
      },
    },
  ],
};

/** SMB compares names without regard to case ([MS-FSCC] 2.1.5). */
function isOf(open: OpenFile, { sharePath, path }: Facts): boolean {
  return open.sharePath === sharePath && open.name.toLowerCase() === path.replaceAll("\\", "/").toLowerCase();
}
