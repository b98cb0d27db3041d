import { z } from "zod";
import { listWitnesses } from "../../cluster/witness.js";
import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkWitnessClient } from "./witness-client.js";

const schema = z
  .strictObject({
    client: z
      .string()
      .min(1)
      .meta({ description: "The client that is looked for.", examples: ["laptop"] }),
    count: z.int().min(0).default(1).meta({ description: "How many registrations it must have." }),
  })
  .meta({ description: "`net witness list`: passes when the client has so many registrations with the witness." });

type Args = z.infer<typeof schema>;

export const witnessList: Verb<Args> = {
  name: "witness-list",
  docs: [
    {
      form: "witness-list: { client, count? }",
      does: "`net witness list`: passes when the client has so many registrations with the witness (1).",
    },
  ],
  schema,
  title: ({ client }) => `witness-list of ${client}`,
  check: ({ client }, scope) => checkWitnessClient(client, ["client"], scope),
  async run({ client, count }, context) {
    const [observer] = context.spec.nodes;
    if (observer === undefined) throw new Error("a resolved topology has a node");
    const found = (await listWitnesses(context.remote(observer.name))).filter((each) => each.client === client);
    if (found.length === count) return passed;
    const of = found.map(({ address }) => address).join(", ");
    const reason = `${client} has ${String(found.length)} registrations${of === "" ? "" : ` (${of})`}, expected ${String(count)}`;
    return { outcome: "fail", reason };
  },
};
