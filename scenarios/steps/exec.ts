import { z } from "zod";
import { checkBlanks, fillBlanks } from "../blanks.js";
import type { Complaint, StepScope, Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkTarget, servedCopy, servingNode } from "../targets.js";
import { checkMachine } from "./machine.js";

const schema = z
  .strictObject({
    on: z
      .string()
      .min(1)
      .meta({ description: "A node, a client, or `serving(<copy>)`.", examples: ["node1", "serving(dvd)"] }),
    run: z
      .string()
      .min(1)
      .meta({ description: "A command for `sh -c`.", examples: ["smbstatus"] }),
    exit: z.int().min(0).max(255).default(0).meta({ description: "The exit code that makes the step pass." }),
  })
  .meta({ description: "Runs a command on a node or client; another exit code than expected fails the step." });

type Args = z.infer<typeof schema>;

export const exec: Verb<Args> = {
  name: "exec",
  docs: [
    {
      form: "exec: { on, run, exit? }",
      does: "Runs a command by `sh -c`; another exit code than `exit` (0) fails the step.",
    },
  ],
  needsCluster: false,
  schema,
  title: ({ on, run }) => `exec on ${on}: ${run}`,
  check: ({ on, run }, scope) => [...checkOn(on, scope), ...checkBlanks(run, ["run"], scope)],
  async run({ on, run: written, exit }, context) {
    const run = await fillBlanks(written, context);
    context.landed();
    const copy = servedCopy(on);
    const machine = copy === undefined ? on : await servingNode(copy, context);
    const result = await context.remote(machine).exec(["sh", "-c", run], { signal: context.signal });
    if (result.exit === exit) return passed;
    const said = (result.stderr || result.stdout).trim().split("\n").slice(-3).join(" / ");
    return { outcome: "fail", reason: `exit ${String(result.exit)}, expected ${String(exit)}: ${said}` };
  },
};

function checkOn(on: string, scope: StepScope): Complaint[] {
  return servedCopy(on) === undefined
    ? checkMachine(on, ["on"], scope)
    : checkTarget(on, scope).map((complaint) => ({ ...complaint, path: ["on"] }));
}
