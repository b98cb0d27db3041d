import type { EventBody, Outcome } from "./event.js";

/**
 * What a proof means for the verdict. A check that was green and could not be turned red is certainly of no use. Below one
 * that did not pass nothing was planted: that proves nothing either way, and the check itself says what is wrong.
 */
export function outcomeOfProof({
  proven,
  defects,
}: Pick<Extract<EventBody, { type: "check.proven" }>, "proven" | "defects">): Outcome {
  if (proven) return "pass";
  return defects.length > 0 ? "fail" : "unknown";
}
