import type { Diagnostic } from "../core/diagnostic.js";

/** What is wrong with the value of a flag. */
export function flagError(flag: string, { message, hint }: { message: string; hint?: string }): Diagnostic {
  return {
    code: "cli/bad-flag",
    severity: "error",
    message: `${flag}: ${message}`,
    ...(hint === undefined ? {} : { hint }),
  };
}
