import { z } from "zod";
import { shutDownCtdbd } from "../../cluster/ctdbd.js";
import { smbdLogPath } from "../../cluster/paths.js";
import { poll } from "../../core/poll.js";
import { durationText } from "../../core/size.js";
import { sambaVersions } from "../../images/catalogue.js";
import { hasPersistentHandles } from "../../topologies/defaults.js";
import { inject } from "../inject.js";
import type { Complaint, RunContext, StepScope, Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkTarget, describeTarget, resolveTarget } from "../targets.js";
import { complainUnless } from "./machine.js";
import { targetSchema } from "./target-schema.js";

const schema = z
  .strictObject({
    nodes: targetSchema,
    to: z.string().meta({ description: "The release of Samba, as in a topology.", examples: ["4.25"] }),
    within: durationText
      .default(60_000)
      .meta({ description: "How long each node may take until it is OK again; 60s when left out." }),
    comesBack: z
      .boolean()
      .default(true)
      .meta({ description: "false where Samba is known to refuse: the step passes when it does, and fails when not." }),
  })
  .meta({
    description:
      "Upgrades nodes one after another to another release of Samba, while the others serve: CTDB is shut down on the node, the machine is replaced by one with that release, which has its name, addresses and storage, and the next one's turn comes when it is OK. The first that does not come back ends it, and fails the step. Healed by putting those that did not come back to the release they had.",
    examples: [{ nodes: "all", to: "4.25" }],
  });

type Args = z.infer<typeof schema>;

export const upgrade: Verb<Args> = {
  name: "upgrade",
  docs: [
    {
      form: "upgrade: { nodes, to, within? }",
      does: "Nodes, one after another, become machines with another release of Samba, while the others serve. A fault: a node that does not come back within `within` (60s) fails the step, and is put back to its release.",
    },
  ],
  isFault: true,
  schema,
  title: ({ nodes, to }) => `upgrade ${describeTarget(nodes)} to Samba ${to}`,
  samba: ({ to }) => [to],
  check: checkArgs,
  async run({ nodes: target, to, within, comesBack }, context) {
    const nodes = await resolveTarget(target, context);
    let turn = Promise.resolve();
    let failed = "";
    const left = new Set<string>();
    await inject(context, {
      name: "upgrade",
      nodes,
      // In the end each node may hold what it held.
      movesAddresses: false,
      inject: (node) => {
        turn = turn.then(async () => {
          if (failed !== "") return;
          left.add(node);
          await shutDownCtdbd(context.remote(node));
          await context.replace(node, to);
          failed = await notBack(node, within, context);
          if (failed === "") left.delete(node);
        });
        return turn;
      },
      heal: async (node) => {
        if (!left.delete(node)) return;
        const samba = context.spec.nodes.find(({ name }) => name === node)?.samba;
        if (samba !== undefined) await context.replace(node, samba);
      },
    });
    if (comesBack) return failed === "" ? passed : { outcome: "fail", reason: failed };
    if (failed === "") return { outcome: "fail", reason: `Samba ${to} was to be refused, and is not` };
    context.emit({ type: "note", level: "info", text: failed });
    return passed;
  },
};

/** What keeps a node from being OK when its time is over, with smbd's last words; or the empty text. */
async function notBack(node: string, withinMs: number, context: RunContext): Promise<string> {
  let flags = "";
  const ok = await poll(
    async () => {
      const { nodes } = await context.cluster.state();
      flags = nodes.find((one) => one.node === node)?.flags.join(", ") ?? "not known to CTDB";
      return flags === "" ? true : undefined;
    },
    { clock: context.clock, everyMs: 250, withinMs, signal: context.signal },
  );
  if (ok === true) return "";
  const { stdout } = await context.remote(node).exec(["tail", "-n", "12", smbdLogPath], { timeoutMs: 10_000 });
  // Each entry has a line that says when and where, and then its words, indented.
  const words = [...stdout.matchAll(/^ +(.*\S)/gm)].map(([, line = ""]) => line).join("; ");
  const seconds = String(withinMs / 1000);
  return `${node} is not OK ${seconds} s after its upgrade: ${flags}${words === "" ? "" : `; its smbd said: ${words}`}`;
}

function checkArgs({ nodes, to }: Args, scope: StepScope): Complaint[] {
  const { cluster } = scope.spec;
  const unknown = complainUnless(sambaVersions, to, ["to"], "scenario/unknown-samba", `no image has Samba "${to}"`);
  const lacking =
    unknown.length === 0 && cluster.profile === "persistent" && !hasPersistentHandles(to)
      ? [
          {
            path: ["to"],
            code: "scenario/profile-needs-version",
            message: `the topology's shares have persistent handles, and Samba ${to} has none`,
            hint: "write 4.25 or later, or a topology with profile: durable",
          },
        ]
      : [];
  return [
    ...checkTarget(nodes, scope).map((complaint) => ({ ...complaint, path: ["nodes", ...complaint.path] })),
    ...unknown,
    ...lacking,
  ];
}
