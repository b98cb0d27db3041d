import { z } from "zod";
import { percentText, sizeText } from "../core/size.js";
import type { AnyVerb } from "./scenario.js";
import { verbs, verbsDuring } from "./verbs.js";

const trigger = z
  .strictObject({
    copy: z.string().min(1).meta({ description: "The workload that is watched: the one around this step." }),
    progress: percentText
      .optional()
      .meta({ description: "Share of the file that is acknowledged.", examples: ["40%"] }),
    bytes: sizeText.optional().meta({ description: "How much is acknowledged.", examples: ["2GB"] }),
  })
  .refine(({ progress, bytes }) => (progress === undefined) !== (bytes === undefined), {
    message: "expected either `progress` or `bytes`",
  })
  .meta({ description: "When the step starts." });

const during = z.strictObject({ at: trigger, ...optional(verbsDuring) }).superRefine(oneVerb(Object.keys(verbsDuring)));

const workloads = Object.entries<AnyVerb>(verbs).flatMap(([name, verb]) => (verb.workload === undefined ? [] : [name]));

const step = z
  .strictObject({
    ...optional(verbs),
    during: z.array(during).optional().meta({ description: "What happens while the workload of this step runs." }),
  })
  .superRefine(oneVerb(Object.keys(verbs)))
  .superRefine((value, context) => {
    if (value.during !== undefined && !workloads.some((name) => name in value)) {
      const message = `only a workload has a \`during\` block: ${workloads.join(", ")}`;
      context.addIssue({ code: "custom", path: ["during"], message });
    }
  });

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

/** A step's verbs as fields, each of which may be missing: which one is there says what the step is. */
function optional(of: Readonly<Record<string, { readonly schema: z.ZodType }>>): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(of).map(([name, { schema }]) => [name, schema.optional()]));
}

function oneVerb(names: readonly string[]) {
  return (value: object, context: z.RefinementCtx) => {
    const found = names.filter((name) => name in value);
    if (found.length === 1) return;
    // A misspelt verb is an unknown field already, and told as one with the nearest known.
    if (found.length === 0 && context.issues.some(({ code }) => code === "unrecognized_keys")) return;
    const message = found.length === 0 ? "a step needs a verb" : `a step has one verb, not ${String(found.length)}`;
    context.addIssue({ code: "custom", path: [], message: `${message}: one of ${names.join(", ")}` });
  };
}
