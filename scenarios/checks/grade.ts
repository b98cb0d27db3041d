import { z } from "zod";
import type { Grade } from "../../core/event.js";
import type { Profile } from "../../topologies/spec.js";
import type { CopyCheck } from "./check.js";
import type { Observed } from "../evidence/observed.js";
import { failedCopy, reopenedSilently, withWire } from "../evidence/tamper.js";
import { observedDefect } from "./failover-defects.js";
import { failoverFacts, judgeEvidence } from "./failover-facts.js";
import type { FailoverFacts } from "./failover-facts.js";
import { fail, pass, unknown } from "./finding.js";

const one = z.enum(["G0", "G1", "G2", "G3", "G4", "G5"]);

const schema = z
  .union([one, z.strictObject({ persistent: one.optional(), durable: one.optional(), none: one.optional() })])
  .meta({ description: "The grade of transparency, for every profile or for each.", examples: ["G4"] });

type Wanted = z.infer<typeof schema>;

interface Facts extends FailoverFacts {
  readonly profile: Profile;
}

export const grade: CopyCheck<Wanted, Facts> = {
  name: "grade",
  about: "copy",
  schema,
  docs: {
    field: "grade: G4` or `grade: { persistent: G4, durable: G3 }",
    passes: "The evidence shows this grade, exactly.",
  },
  refuse: (wanted, { spec }) => {
    const { profile } = spec.cluster;
    const expected = gradeFor(wanted, profile);
    if (expected === "G5" && !spec.clients.some(({ witness }) => witness)) {
      const message = "G5 needs a client that registers with the witness, and this topology has none";
      const hint = "write witness: true below cluster and below the client in the topology";
      return [{ path: [], code: "scenario/no-witness", message, hint }];
    }
    if (expected !== undefined) return [];
    const message = `no grade is given for profile "${profile}" of this topology`;
    return [{ path: [], code: "scenario/no-grade", message }];
  },
  gather: (subject) => ({ ...failoverFacts(subject), profile: subject.context.spec.cluster.profile }),
  judge: (wanted, facts) => {
    const expected = gradeFor(wanted, facts.profile);
    if (expected === undefined) return unknown(`no grade is given for profile ${facts.profile}`);
    return judgeEvidence(facts, ({ evidence }) => {
      if (evidence.grade === null) return unknown(evidence.gradeReason);
      const said = `${evidence.grade}: ${evidence.gradeReason}`;
      return evidence.grade === expected ? pass(said) : fail(`${said}; expected ${expected}`);
    });
  },
  defects: [
    gradeDefect("the application saw an error", "fail", "G0", failedCopy),
    gradeDefect("a silent re-open", "fail", "G2", reopenedSilently),
    gradeDefect("the reclaim is not on the wire", "unknown", undefined, (observed) =>
      withWire(observed, (fact) => (fact.what === "reclaimed" ? undefined : fact)),
    ),
    gradeDefect("the capture is empty", "unknown", "G0", (observed) => ({
      ...observed,
      capture: { kind: "absent", reason: "planted: the capture holds no frame" },
    })),
  ],
};

/** A defect that lowers the grade to `becomes` is none where that is wanted. */
function gradeDefect<Turns extends "fail" | "unknown">(
  name: string,
  turns: Turns,
  becomes: Grade | undefined,
  tamper: (observed: Observed) => Observed | undefined,
) {
  return observedDefect<Wanted, Facts, Turns>(name, turns, (observed, wanted, { profile }) =>
    gradeFor(wanted, profile) === becomes ? undefined : tamper(observed),
  );
}

export function gradeFor(grades: Wanted, profile: Profile): Grade | undefined {
  return typeof grades === "string" ? grades : grades[profile];
}
