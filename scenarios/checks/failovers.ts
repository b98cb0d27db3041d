import { z } from "zod";
import type { CopyCheck } from "./check.js";
import { failedOverAgain, neverMoved, withoutLosses } from "../evidence/tamper.js";
import { observedDefect } from "./failover-defects.js";
import { failoverFacts, judgeEvidence } from "./failover-facts.js";
import type { FailoverFacts } from "./failover-facts.js";
import { fail, pass } from "./finding.js";

export const failovers: CopyCheck<number, FailoverFacts> = {
  name: "failovers",
  about: "copy",
  schema: z.int().min(0).meta({ description: "How often the client lost its node and went on elsewhere." }),
  docs: {
    field: "failovers: n",
    passes: "The client lost its node and carried on with another exactly `n` times.",
  },
  gather: failoverFacts,
  judge: (expected, facts) =>
    judgeEvidence(facts, ({ evidence }) => {
      const moved = `${evidence.servedBefore ?? "nobody"} to ${evidence.servedAfter ?? "nobody"}`;
      const text = `${String(evidence.failovers)} failover${evidence.failovers === 1 ? "" : "s"}`;
      if (evidence.failovers !== expected) return fail(`${text}, expected ${String(expected)}`);
      return pass(expected === 0 ? text : `${text}, from ${moved}`);
    }),
  defects: [
    observedDefect("one failover more", "fail", failedOverAgain),
    observedDefect("the client came back to the node it had lost", "fail", neverMoved),
    observedDefect("the client's events of the loss are missing", "fail", withoutLosses),
  ],
};
