import { z } from "zod";
import { durationText, percentText, sizeText } from "../core/size.js";
import { momentEvents } from "./moment-events.js";
import type { MomentEvent } from "./moment-events.js";
import { oneVerb, optionalVerbs } from "./one-verb.js";
import type { AnyVerb, Trigger } from "./scenario.js";
import { verbs, verbsDuring } from "./verbs.js";

const at = z
  .strictObject({
    copy: z.string().min(1).meta({ description: "The workload that is watched: the one around this step." }),
    progress: percentText
      .optional()
      .meta({ description: "Share of the file that is acknowledged.", examples: ["40%"] }),
    bytes: sizeText.optional().meta({ description: "How much is acknowledged.", examples: ["2GB"] }),
    write: z
      .int()
      .min(1)
      .optional()
      .meta({ description: "So many writes are acknowledged.", examples: [1000] }),
  })
  .refine(({ progress, bytes, write }) => [progress, bytes, write].filter((one) => one !== undefined).length === 1, {
    message: "expected one of `progress`, `bytes` and `write`",
  })
  .transform(({ copy, progress, bytes, write }): Trigger => {
    if (write !== undefined) return { copy, write };
    return bytes === undefined ? { copy, progress: progress ?? 0 } : { copy, bytes };
  })
  .meta({ description: "The step starts when so much is acknowledged." });

const on = z.enum(Object.keys(momentEvents) as MomentEvent[]).meta({
  description: `The step starts at the first such event. ${Object.entries(momentEvents)
    .map(([name, { docs }]) => `${name}: ${docs}`)
    .join(" ")}`,
});

const after = durationText.meta({
  description: "The step starts so long after `at` or `on`; without these, so long after the file was opened.",
  examples: ["2s"],
});

const during = z
  .strictObject({ at: at.optional(), on: on.optional(), after: after.optional(), ...optionalVerbs(verbsDuring) })
  .superRefine(oneVerb(Object.keys(verbsDuring)))
  .superRefine(({ at, on, after }, context) => {
    const complain = (message: string) => {
      context.addIssue({ code: "custom", path: [], message });
    };
    if (at !== undefined && on !== undefined) complain("expected either `at` or `on`: a step has one moment");
    if (at === undefined && on === undefined && after === undefined) {
      complain("a step in a block needs its moment: `at`, `on` or `after`");
    }
  })
  .meta({ id: "step-in-block" });

const workloads = Object.entries<AnyVerb>(verbs).flatMap(([name, verb]) => (verb.workload === undefined ? [] : [name]));

const duringField = z
  .array(during)
  .optional()
  .meta({ description: "What happens while the workload of this step runs." });

function onlyWorkloadsHaveBlocks(value: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  if (value["during"] === undefined || workloads.some((name) => name in value)) return;
  const message = `only a workload has a \`during\` block: ${workloads.join(", ")}`;
  context.addIssue({ code: "custom", path: ["during"], message });
}

/** What is judged must have ended, and so stands behind the block. */
const verbsAtOnce = Object.fromEntries(Object.entries<AnyVerb>(verbs).filter(([name]) => name !== "expect"));

const stepAtOnce = z
  .strictObject({ ...optionalVerbs(verbsAtOnce), during: duringField })
  .superRefine(oneVerb(Object.keys(verbsAtOnce)))
  .superRefine(onlyWorkloadsHaveBlocks)
  .meta({ id: "step-at-once" });

const parallel = z
  .array(stepAtOnce)
  .min(2)
  .meta({ description: "Steps that begin at once; the next step begins when all of them have ended." });

const step = z
  .strictObject({ ...optionalVerbs(verbs), parallel: parallel.optional(), during: duringField })
  .superRefine(oneVerb([...Object.keys(verbs), "parallel"]))
  .superRefine(onlyWorkloadsHaveBlocks)
  .meta({ id: "step" });

export const scenarioSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,39}$/, "expected lower-case letters, digits and hyphens, at most 40")
      .meta({ description: "Names the scenario and the folder of its runs." }),
    description: z.string().optional().meta({ description: "What it shows, in a sentence." }),
    topology: z.string().min(1).meta({ description: "The topology it is written for: a shipped name or a path." }),
    tags: z.array(z.string()).optional().meta({ description: "Words to choose scenarios by." }),
    steps: z.array(step).min(1).meta({ description: "What is done, in order; each step has one verb." }),
    always: z
      .array(step)
      .optional()
      .meta({ description: "Done at the end whatever happened, after all faults are healed." }),
  })
  .meta({ id: "scenario", description: "A plugfest scenario: what is done to a lab, and what must come of it." });

export type ScenarioFile = z.infer<typeof scenarioSchema>;
