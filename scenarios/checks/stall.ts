import { z } from "zod";
import { durationText } from "../../core/size.js";
import type { CopyCheck } from "./check.js";
import { failoverFacts, judgeEvidence } from "./failover-facts.js";
import type { FailoverFacts } from "./failover-facts.js";
import { fail, pass, unknown } from "./finding.js";

const schema = z.strictObject({
  under: durationText.meta({ description: "The longest gap between acknowledged writes or reads.", examples: ["5s"] }),
});

export const stall: CopyCheck<z.infer<typeof schema>, FailoverFacts> = {
  name: "stall",
  about: "copy",
  schema,
  docs: {
    field: "stall: { under: 5s }",
    passes: "The longest gap between two acknowledged writes, or two reads, is shorter.",
  },
  gather: failoverFacts,
  judge: ({ under }, facts) =>
    judgeEvidence(facts, ({ stallMs }) => {
      if (stallMs === null) return unknown("no stall was measured");
      const said = `${(stallMs / 1000).toFixed(3)} s`;
      return stallMs < under ? pass(said) : fail(`${said}, expected under ${String(under / 1000)} s`);
    }),
};
