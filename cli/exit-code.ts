import type { Outcome } from "../core/event.js";

/** What a caller may rely on; documented in the README. */
export const exitCode = { pass: 0, fail: 1, testbed: 2, input: 3, interrupted: 130 } as const;

export function exitCodeOf(outcome: Outcome): number {
  switch (outcome) {
    case "pass":
      return exitCode.pass;
    case "fail":
      return exitCode.fail;
    case "unknown":
      return exitCode.testbed;
  }
}
