import { z } from "zod";
import { ToolError } from "../../core/errors.js";
import { inject } from "../inject.js";
import type { Complaint, RunContext, StepScope, Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { complainUnless } from "./machine.js";

const schema = z
  .strictObject({
    address: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "The public address that moves.", examples: ["10.77.2.101"] }),
    of: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "Instead of `address`: the one that the client of this copy is connected to." }),
    to: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "The node it moves to; the next one after its holder when left out.", examples: ["node2"] }),
  })
  .refine(({ address, of }) => (address === undefined) !== (of === undefined), {
    message: "expected either `address` or `of`",
  })
  .meta({
    description:
      "Runs `ctdb moveip`: one public address moves to another node, and nobody is disabled. It stays there until CTDB's next takeover run spreads the addresses. Healed by such a run, `ctdb ipreallocate`.",
    examples: [{ of: "dvd" }, { address: "10.77.2.101", to: "node2" }],
  });

type Args = z.infer<typeof schema>;

export const moveip: Verb<Args> = {
  name: "moveip",
  docs: [
    {
      form: "moveip: { address, to? }",
      does: "`ctdb moveip`: one public address goes to `to`, or to the next node. A fault: healed by `ctdb ipreallocate`.",
    },
    {
      form: "moveip: { of, to? }",
      does: "The same with the address that the client of the copy `of` is connected to.",
    },
  ],
  isFault: true,
  schema,
  title: ({ address, of, to }) => `move ${address ?? `the address of ${of ?? ""}`} to ${to ?? "the next node"}`,
  check: checkArgs,
  async run(args, context) {
    const address = addressOf(args, context);
    const holder = await context.cluster.holderOf(address);
    if (holder === undefined) {
      throw new ToolError({
        code: "scenario/nobody-serves",
        message: `moveip: nobody holds ${address}`,
        hint: "wait before this step by `until: { cluster: healthy, within: 30s }`",
      });
    }
    const to = args.to ?? nextAfter(holder, context);
    if (to === holder) return { outcome: "unknown", reason: `moveip: ${to} holds ${address} already` };
    await inject(context, {
      name: "moveip",
      nodes: [holder],
      movesAddresses: true,
      inject: () => context.cluster.moveAddress(address, to),
      heal: () => context.cluster.reallocate(),
    });
    return passed;
  },
};

function checkArgs({ address, of, to }: Args, { spec, copies }: StepScope): Complaint[] {
  const { publicAddresses } = spec.cluster;
  const nodes = spec.nodes.map(({ name }) => name);
  const noAddress = `topology "${spec.name}" has no public address ${address ?? ""}`;
  const [only] = nodes.length === 1 ? nodes : [];
  return [
    ...(address === undefined
      ? []
      : complainUnless(publicAddresses, address, ["address"], "scenario/unknown-address", noAddress)),
    ...(of === undefined
      ? []
      : complainUnless(copies, of, ["of"], "scenario/unknown-copy", `no copy "${of}" before this step`)),
    ...(to === undefined
      ? []
      : complainUnless(nodes, to, ["to"], "scenario/unknown-node", `no node "${to}" in topology "${spec.name}"`)),
    ...(only === undefined
      ? []
      : [{ path: [], code: "scenario/one-node", message: `${only} is the only node: its addresses cannot move` }]),
  ];
}

function addressOf({ address, of = "" }: Args, { copies }: RunContext): string {
  const meant = address ?? copies.get(of)?.address;
  if (meant !== undefined) return meant;
  throw new ToolError({
    code: "scenario/nobody-serves",
    message: `move the address of ${of}: its client is not connected`,
    hint: "the step came before the copy began or after it ended; look at the copy's events in the run folder",
  });
}

function nextAfter(holder: string, { spec: { nodes } }: RunContext): string {
  const at = nodes.findIndex(({ name }) => name === holder);
  return nodes[(at + 1) % nodes.length]?.name ?? holder;
}
