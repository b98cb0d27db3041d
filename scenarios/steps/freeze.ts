import { z } from "zod";
import { freezeCtdbd, thawCtdbd } from "../../cluster/ctdbd.js";
import { inject } from "../inject.js";
import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkTarget, describeTarget, resolveTarget } from "../targets.js";
import { targetSchema } from "./target-schema.js";

const schema = z
  .union([
    targetSchema,
    z.strictObject({
      process: z.literal("ctdbd").meta({ description: "What is frozen; Samba runs on." }),
      on: targetSchema,
    }),
  ])
  .meta({
    description:
      "Freezes nodes, as a hang does: no process runs, and no connection breaks. Or only CTDB's daemon and its children, by SIGSTOP. Healed by letting them go on.",
    examples: ["serving(dvd)", { process: "ctdbd", on: "serving(dvd)" }],
  });

type Args = z.infer<typeof schema>;

export const freeze: Verb<Args> = {
  name: "freeze",
  docs: [
    {
      form: "freeze: <nodes>",
      does: "Freezes the nodes: no process runs, no connection breaks. A fault: healed by letting them go on.",
    },
    {
      form: "freeze: { process: ctdbd, on }",
      does: "SIGSTOP to ctdbd and its children; Samba runs on. A fault: healed by SIGCONT.",
    },
  ],
  isFault: true,
  schema,
  title: (args) => `freeze ${isOfProcess(args) ? "ctdbd on " : ""}${describeTarget(targetOf(args))}`,
  check: (args, scope) =>
    checkTarget(targetOf(args), scope).map((complaint) =>
      isOfProcess(args) ? { ...complaint, path: ["on", ...complaint.path] } : complaint,
    ),
  async run(args, context) {
    const nodes = await resolveTarget(targetOf(args), context);
    const { machines, remote } = context;
    await inject(context, {
      ...{ nodes, movesAddresses: true },
      ...(isOfProcess(args)
        ? {
            name: "freeze ctdbd",
            inject: (node) => freezeCtdbd(remote(node)),
            heal: (node) => thawCtdbd(remote(node)),
          }
        : {
            name: "freeze",
            inject: (node) => machines.power(node, "frozen"),
            heal: (node) => machines.power(node, "on"),
          }),
    });
    return passed;
  },
};

function isOfProcess(args: Args): args is Extract<Args, { process: string }> {
  return typeof args === "object" && "process" in args;
}

function targetOf(args: Args): z.infer<typeof targetSchema> {
  return isOfProcess(args) ? args.on : args;
}
