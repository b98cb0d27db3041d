import type { Diagnostic } from "../../core/diagnostic.js";
import { UserError } from "../../core/errors.js";
import type { LoadedScenario } from "../load.js";
import { scenarioOf } from "./load.js";
import type { Matrix } from "./matrix.js";

/**
 * Whether every cell is a scenario that passes `check`. Each complaint is made once, however many cells have it; they
 * differ in what a blank stands for, and so several may point to one place.
 */
export function checkMatrix(matrix: Matrix, check: (loaded: LoadedScenario) => readonly Diagnostic[]): Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const cell of matrix.cells) {
    for (const diagnostic of complaintsOf(() => check(scenarioOf(matrix, cell, 1)))) {
      const { code, message, position } = diagnostic;
      found.set(JSON.stringify([code, message, position]), diagnostic);
    }
  }
  const place = ({ position }: Diagnostic) => (position?.line ?? 0) * 1e6 + (position?.column ?? 0);
  return [...found.values()].sort((a, b) => place(a) - place(b));
}

function complaintsOf(check: () => readonly Diagnostic[]): readonly Diagnostic[] {
  try {
    return check();
  } catch (error) {
    if (error instanceof UserError) return error.diagnostics;
    throw error;
  }
}
