import { z } from "zod";
import { percentText, sizeText } from "../core/size.js";
import { oneVerb, optionalVerbs } from "./one-verb.js";
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

const during = z
  .strictObject({ at: trigger, ...optionalVerbs(verbsDuring) })
  .superRefine(oneVerb(Object.keys(verbsDuring)));

const workloads = Object.entries<AnyVerb>(verbs).flatMap(([name, verb]) => (verb.workload === undefined ? [] : [name]));

const step = z
  .strictObject({
    ...optionalVerbs(verbs),
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
