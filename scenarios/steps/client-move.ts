import { z } from "zod";
import { listWitnesses, moveClient } from "../../cluster/witness.js";
import { inject } from "../inject.js";
import type { RunContext, Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkTarget } from "../targets.js";
import { checkWitnessClient } from "./witness-client.js";

const schema = z
  .strictObject({
    client: z
      .string()
      .min(1)
      .meta({ description: "The client that is told to move.", examples: ["laptop"] }),
    to: z
      .string()
      .optional()
      .meta({ description: "The node to move to; left out: any other that holds an address.", examples: ["node2"] }),
  })
  .meta({
    description:
      "`net witness client-move`: the witness tells a client to go to another node, while its own serves on. The client must be registered, or the step fails.",
  });

type Args = z.infer<typeof schema>;

export const clientMove: Verb<Args> = {
  name: "client-move",
  docs: [
    {
      form: "client-move: { client, to? }",
      does: "`net witness client-move`: the witness tells a client to go to node `to`, or any other. A fault, which leaves nothing to heal.",
    },
  ],
  isFault: true,
  schema,
  title: ({ client, to }) => `client-move ${client}${to === undefined ? "" : ` to ${to}`}`,
  check: ({ client, to }, scope) => [
    ...checkWitnessClient(client, ["client"], scope),
    ...(to === undefined ? [] : checkTarget(to, scope)).map((complaint) => ({ ...complaint, path: ["to"] })),
  ],
  async run({ client, to }, context) {
    const [observer] = context.spec.nodes;
    if (observer === undefined) throw new Error("a resolved topology has a node");
    const remote = context.remote(observer.name);
    const registered = (await listWitnesses(remote)).find((each) => each.client === client);
    if (registered === undefined) return { outcome: "fail", reason: `${client} is not registered with the witness` };
    const { addresses } = await context.cluster.state();
    const serving = addresses.find(({ address }) => address === registered.address)?.node ?? null;
    const target = addresses.find(({ node }) => node !== null && (to === undefined ? node !== serving : node === to));
    if (target === undefined) return { outcome: "fail", reason: `${to ?? "no other node"} holds no public address` };
    return move(context, client, serving, target.address, () => moveClient(remote, client, target.address));
  },
};

async function move(
  context: RunContext,
  client: string,
  serving: string | null,
  address: string,
  tell: () => Promise<readonly unknown[]>,
) {
  let told = 0;
  await inject(context, {
    name: "client-move",
    nodes: serving === null ? [] : [serving],
    movesAddresses: false,
    inject: async () => {
      told = (await tell()).length;
    },
    // The client stays where it went: nothing is broken.
    heal: () => Promise.resolve(),
  });
  if (told > 0) return passed;
  return { outcome: "fail" as const, reason: `the witness told ${client} nothing of ${address}` };
}
