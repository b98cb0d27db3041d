import { z } from "zod";
import { ToolError } from "../../core/errors.js";
import { killCtdbd, startCtdbd } from "../../cluster/ctdbd.js";
import { killSmbd, killSmbdOf, startSmbd } from "../../cluster/smbd.js";
import type { Peer } from "../../cluster/smbd.js";
import { inject } from "../inject.js";
import type { RunContext, Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { channelPorts } from "../channel-ports.js";
import { checkTarget, describeTarget, resolveTarget, servingNode } from "../targets.js";
import { complainUnless } from "./machine.js";
import { targetSchema } from "./target-schema.js";

const schema = z
  .strictObject({
    process: z.enum(["smbd", "ctdbd"]).meta({ description: "What is killed." }),
    on: targetSchema.optional().meta({ description: "All of them on these nodes.", examples: ["serving(dvd)"] }),
    of: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "Only the one that has the connection of this copy's client.", examples: ["dvd"] }),
  })
  .refine(({ on, of }) => (on === undefined) !== (of === undefined), { message: "expected either `on` or `of`" })
  .refine(({ process, of }) => process === "smbd" || of === undefined, {
    message: "a node has one ctdbd for all its clients: say which node by `on`",
    path: ["of"],
  })
  .meta({
    description:
      "Kills by SIGKILL. CTDB's daemon, whose smbds end with it, while the addresses stay on the node; healed by starting it. Or smbd: all of a node's, which CTDB's own start of Samba heals, or only the one that serves a copy; then the node's others take its client back.",
  });

type Args = z.infer<typeof schema>;

export const kill: Verb<Args> = {
  name: "kill",
  docs: [
    {
      form: "kill: { process: smbd, on }",
      does: "SIGKILL to all smbds of the nodes `on`. A fault: healed by CTDB's own start of Samba.",
    },
    {
      form: "kill: { process: smbd, of }",
      does: "SIGKILL to the one smbd that serves the copy `of`. A fault, which leaves nothing to heal.",
    },
    {
      form: "kill: { process: ctdbd, on }",
      does: "SIGKILL to CTDB's daemon; its smbds end with it, and the addresses stay on the node. A fault: healed by starting ctdbd.",
    },
  ],
  isFault: true,
  schema,
  title: ({ process, on, of }) =>
    of === undefined ? `kill ${process} on ${describeTarget(on ?? [])}` : `kill the ${process} of ${of}`,
  check({ on, of }, scope) {
    if (of !== undefined)
      return complainUnless(scope.copies, of, ["of"], "scenario/unknown-copy", `no copy "${of}" before this step`);
    return checkTarget(on ?? [], scope).map((complaint) => ({ ...complaint, path: ["on", ...complaint.path] }));
  },
  async run({ process, on, of }, context) {
    if (of !== undefined) await killOne(of, context);
    else await kills[process](await resolveTarget(on ?? [], context), context);
    return passed;
  },
};

/** Other nodes take the addresses, and the node keeps them on its interface. */
function killDaemon(nodes: readonly string[], context: RunContext): Promise<void> {
  return inject(context, {
    name: "kill ctdbd",
    nodes,
    movesAddresses: true,
    inject: (node) => killCtdbd(context.remote(node)),
    heal: (node) => startCtdbd(context.remote(node)),
  });
}

/** The connections break by themselves, and clients may be elsewhere before CTDB notices and moves the addresses. */
function killAll(nodes: readonly string[], context: RunContext): Promise<void> {
  return inject(context, {
    name: "kill smbd",
    nodes,
    movesAddresses: false,
    inject: (node) => killSmbd(context.remote(node)),
    heal: (node) => startSmbd(context.remote(node)),
  });
}

const kills = { smbd: killAll, ctdbd: killDaemon } as const;

async function killOne(copy: string, context: RunContext): Promise<void> {
  const serving = await servingNode(copy, context);
  const pnn = context.spec.nodes.find(({ name }) => name === serving)?.pnn;
  const peers = clientEnds(copy, context);
  if (pnn === undefined || peers.length === 0) {
    throw new ToolError({
      code: "scenario/nobody-serves",
      message: `kill the smbd of ${copy}: its client is not connected`,
      hint: "the step came before the copy began or after it ended; look at the copy's events in the run folder",
    });
  }
  await inject(context, {
    name: "kill client's smbd",
    nodes: [serving],
    movesAddresses: false,
    inject: (node) => killSmbdOf(context.remote(node), pnn, peers),
    // The node's other smbds live, and so nothing is left to be healed.
    heal: () => Promise.resolve(),
  });
}

/** Where the client's ends of its connections are, or were last. */
function clientEnds(copy: string, context: RunContext): Peer[] {
  const run = context.copies.get(copy);
  const client = context.spec.clients.find(({ name }) => name === run?.client);
  return client === undefined ? [] : channelPorts(run?.events ?? []).map((port) => ({ address: client.address, port }));
}
