import { z } from "zod";
import type { Grade } from "../../core/event.js";
import type { Profile } from "../../topologies/spec.js";
import type { CopyCheck } from "./check.js";
import { failoverFacts, judgeEvidence } from "./failover-facts.js";
import type { FailoverFacts } from "./failover-facts.js";
import { fail, pass, unknown } from "./finding.js";

const one = z.enum(["G0", "G1", "G2", "G3", "G4"]);

const schema = z
  .union([one, z.strictObject({ persistent: one.optional(), durable: one.optional(), none: one.optional() })])
  .meta({ description: "The grade of transparency, for every profile or for each.", examples: ["G4"] });

type Wanted = z.infer<typeof schema>;

export const grade: CopyCheck<Wanted, FailoverFacts & { readonly profile: Profile }> = {
  name: "grade",
  about: "copy",
  schema,
  docs: {
    field: "grade: G4` or `grade: { persistent: G4, durable: G3 }",
    passes: "The evidence shows this grade, exactly.",
  },
  refuse: (wanted, { spec }) => {
    const { profile } = spec.cluster;
    if (gradeFor(wanted, profile) !== undefined) return [];
    const message = `no grade is given for profile "${profile}" of this topology`;
    return [{ path: [], code: "scenario/no-grade", message }];
  },
  gather: (subject) => ({ ...failoverFacts(subject), profile: subject.context.spec.cluster.profile }),
  judge: (wanted, facts) => {
    const expected = gradeFor(wanted, facts.profile);
    if (expected === undefined) return unknown(`no grade is given for profile ${facts.profile}`);
    return judgeEvidence(facts, (evidence) => {
      if (evidence.grade === null) return unknown(evidence.gradeReason);
      const said = `${evidence.grade}: ${evidence.gradeReason}`;
      return evidence.grade === expected ? pass(said) : fail(`${said}; expected ${expected}`);
    });
  },
};

function gradeFor(grades: Wanted, profile: Profile): Grade | undefined {
  return typeof grades === "string" ? grades : grades[profile];
}
