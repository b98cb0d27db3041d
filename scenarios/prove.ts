import type { EventBody } from "../core/event.js";
import type { AnyCheck } from "./checks/check.js";
import type { Finding } from "./checks/finding.js";

/** A check that was judged: what it judged, what it found, and how it is called in the run. */
export interface Judged {
  readonly check: Pick<AnyCheck, "judge" | "defects">;
  readonly name: string;
  readonly wanted: unknown;
  readonly facts: unknown;
  readonly subject: unknown;
  readonly finding: Finding;
}

export type Proof = Extract<EventBody, { type: "check.proven" }>;

/**
 * Judges once more with each of the check's defects planted. Proven is a check that passed, that every planted defect
 * turned to what it must become, and that at least one turned to `fail`. A defect without a place in this run counts
 * neither way.
 */
export async function prove({ check, name, wanted, facts, subject, finding }: Judged): Promise<Proof> {
  const defects: Proof["defects"] = [];
  if (finding.outcome === "pass") {
    for (const defect of check.defects) {
      const planted = await defect.plant(facts as never, wanted as never, subject as never);
      if (planted === undefined) {
        defects.push({ name: defect.name, result: "no place", reason: "nothing in this run to plant it in" });
        continue;
      }
      const { outcome, reason } = check.judge(wanted as never, planted as never);
      defects.push({ name: defect.name, result: outcome === defect.turns ? "caught" : "missed", reason });
    }
  }
  const reason = whyUnproven(check, finding, defects);
  return { type: "check.proven", check: name, proven: reason === undefined, reason: reason ?? told(defects), defects };
}

function whyUnproven(check: Judged["check"], finding: Finding, defects: Proof["defects"]): string | undefined {
  if (finding.outcome !== "pass")
    return "it did not pass in this run, so nothing shows that a defect would turn it red";
  const missed = defects.filter(({ result }) => result === "missed");
  if (missed.length > 0) return `it did not turn red with: ${missed.map(({ name }) => name).join("; ")}`;
  const certain = check.defects.some((defect, at) => defect.turns === "fail" && defects[at]?.result === "caught");
  return certain ? undefined : "it was never red: none of the defects that must make it fail had a place in this run";
}

function told(defects: Proof["defects"]): string {
  const caught = defects.filter(({ result }) => result === "caught").map(({ name }) => name);
  return `turned red with ${String(caught.length)} planted defects: ${caught.join("; ")}`;
}
