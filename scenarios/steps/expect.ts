import { z } from "zod";
import type { Grade, Outcome } from "../../core/event.js";
import { durationText } from "../../core/size.js";
import { worst } from "../checks/check.js";
import type { Finding } from "../checks/check.js";
import { checkContent } from "../checks/content.js";
import { checkFailovers, checkGrade, checkStall } from "../checks/failover.js";
import type { RunContext, Verb } from "../scenario.js";
import type { CopyRun } from "../copy-run.js";
import { readBack } from "../read-back.js";
import { complainUnless } from "./machine.js";

const grade = z.enum(["G0", "G1", "G2", "G3", "G4"]);

const schema = z
  .strictObject({
    copy: z
      .string()
      .min(1)
      .meta({ description: "The copy that is judged.", examples: ["dvd"] }),
    content: z.literal("identical").optional().meta({
      description:
        "Reads the file back from every node over SMB and from the store; every byte, md5 and sha256 must agree.",
    }),
    failovers: z
      .int()
      .min(0)
      .optional()
      .meta({ description: "How often the client lost its node and went on elsewhere." }),
    grade: z
      .union([
        grade,
        z.strictObject({ persistent: grade.optional(), durable: grade.optional(), none: grade.optional() }),
      ])
      .optional()
      .meta({ description: "The grade of transparency, for every profile or for each.", examples: ["G4"] }),
    stall: z
      .strictObject({
        under: durationText.meta({ description: "The longest gap between acknowledged writes.", examples: ["5s"] }),
      })
      .optional(),
  })
  .meta({ description: "Judges a copy from evidence. What cannot be known is `unknown`, never a pass." });

type Args = z.infer<typeof schema>;

export const expect: Verb<Args> = {
  name: "expect",
  schema,
  title: ({ copy }) => `expect of ${copy}`,
  check(args, scope) {
    const { profile } = scope.spec.cluster;
    return [
      ...complainUnless(
        scope.copies,
        args.copy,
        ["copy"],
        "scenario/unknown-copy",
        `no copy "${args.copy}" before this step`,
      ),
      ...(Object.keys(args).length === 1
        ? [
            {
              path: [],
              code: "scenario/expects-nothing",
              message: "expects nothing",
              hint: "add content, failovers, grade or stall",
            },
          ]
        : []),
      ...(args.grade !== undefined && gradeFor(args.grade, profile) === undefined
        ? [
            {
              path: ["grade"],
              code: "scenario/no-grade",
              message: `no grade is given for profile "${profile}" of this topology`,
            },
          ]
        : []),
    ];
  },
  async run(args, context) {
    const copy = context.copies.get(args.copy);
    if (copy === undefined) return { outcome: "unknown", reason: `copy ${args.copy} was never started` };
    const outcomes: Outcome[] = [];
    const report = (check: string, finding: Finding) => {
      outcomes.push(finding.outcome);
      context.emit({ type: "check.finished", check: `${copy.id}: ${check}`, ...finding });
    };
    const facts = { evidence: copy.evidence, doubts: copy.doubts };
    if (args.failovers !== undefined) report("failovers", checkFailovers(args.failovers, facts));
    const wanted = args.grade === undefined ? undefined : gradeFor(args.grade, context.spec.cluster.profile);
    if (wanted !== undefined) report("grade", checkGrade(wanted, facts));
    if (args.stall !== undefined) report("stall", checkStall(args.stall.under, facts));
    if (args.content !== undefined) report("content", await content(copy, context));
    return { outcome: worst(outcomes) };
  },
};

function gradeFor(grades: NonNullable<Args["grade"]>, profile: "persistent" | "durable" | "none"): Grade | undefined {
  return typeof grades === "string" ? grades : grades[profile];
}

async function content(copy: CopyRun, context: RunContext): Promise<Finding> {
  const places = copy.state === "finished" ? await readBack(copy, context) : [];
  return checkContent({ sizeBytes: copy.payload.sizeBytes, source: copy.result, places, readBacks: copy.readBacks });
}
