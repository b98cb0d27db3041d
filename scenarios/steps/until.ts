import { z } from "zod";
import { durationText } from "../../core/size.js";
import { askNodes, unanswered } from "../checks/per-node.js";
import { checkBlanks, fillBlanks } from "../blanks.js";
import { poll } from "../../core/poll.js";
import type { RunContext, Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { unhealthy, unhealthyToAny } from "../unhealthy.js";
import { checkHasCluster, checkMachine } from "./machine.js";

const within = durationText.meta({ description: "How long it may take.", examples: ["30s"] });

const schema = z
  .union([
    z.strictObject({
      cluster: z
        .literal("healthy")
        .meta({ description: "All nodes OK and all public addresses held, as every node says." }),
      within,
    }),
    z.strictObject({
      on: z.string().min(1).meta({ description: "A node or a client." }),
      run: z.string().min(1).meta({ description: "A command for `sh -c`; exit code 0 ends the wait." }),
      within,
    }),
  ])
  .meta({ description: "Waits for a condition instead of for time to pass; fails when it does not come true." });

type Args = z.infer<typeof schema>;

export const until: Verb<Args> = {
  name: "until",
  docs: [
    {
      form: "until: { cluster: healthy, within }",
      does: "Waits until every node says that all nodes are OK and all public addresses are held, by the same.",
    },
    { form: "until: { on, run, within }", does: "Waits until a command on a node or client exits with 0." },
  ],
  needsCluster: false,
  schema,
  title: (args) => ("cluster" in args ? "until the cluster is healthy" : `until on ${args.on}: ${args.run}`),
  check: (args, scope) =>
    "on" in args
      ? [...checkMachine(args.on, ["on"], scope), ...checkBlanks(args.run, ["run"], scope)]
      : checkHasCluster(["cluster"], scope),
  async run(args, context) {
    let last = "";
    const done = await poll(
      async () => {
        last = await unmet(args, context);
        return last === "" ? true : undefined;
      },
      { clock: context.clock, everyMs: 250, withinMs: args.within, signal: context.signal },
    );
    return done === true ? passed : { outcome: "fail", reason: `not within ${String(args.within / 1000)} s: ${last}` };
  },
};

/** What is still missing, or the empty text. */
async function unmet(args: Args, context: RunContext): Promise<string> {
  if ("on" in args) {
    const run = await fillBlanks(args.run, context);
    const result = await context.remote(args.on).exec(["sh", "-c", run], { signal: context.signal });
    return result.exit === 0 ? "" : `exit ${String(result.exit)}`;
  }
  const state = await context.cluster.state();
  const missing = unhealthy(state) || (await unmetToAny(context));
  // Whoever watches sees the cluster become what is waited for.
  if (missing === "") context.emit({ type: "cluster.state", nodes: [...state.nodes], addresses: [...state.addresses] });
  return missing;
}

/** All are asked only once one of them calls the cluster healthy, for each question costs its node two processes. */
async function unmetToAny(context: RunContext): Promise<string> {
  const views = await askNodes(context, (node) => context.cluster.viewOf(node));
  return unhealthyToAny(views) || (unanswered(views) ?? "");
}
