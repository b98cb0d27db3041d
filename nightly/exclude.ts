import type { Finding } from "../core/finding.js";
import type { NightlyFile } from "./schema.js";

/** What a cell is called along each axis. */
export interface CellNames {
  readonly cell: string;
  readonly scenario: string;
  readonly topology: string;
  readonly samba: string;
  readonly profile: string;
}

/** Indices of the exclusions that a cell falls under. */
export function excludersOf({ exclude = [] }: NightlyFile, names: CellNames): number[] {
  return exclude.flatMap((choice, index) => {
    const holds = Object.entries(choice).every(([axis, values]) =>
      [values].flat().includes(names[axis as keyof CellNames]),
    );
    return holds ? [index] : [];
  });
}

/** An exclusion that leaves nothing out was meant otherwise. */
export function checkExclusions({ exclude = [] }: NightlyFile, used: ReadonlySet<number>, left: number): Finding[] {
  if (left === 0) return [{ path: ["exclude"], code: "no-cells", message: "every combination is excluded" }];
  return exclude.flatMap((_, index) =>
    used.has(index)
      ? []
      : [
          {
            ...{ path: ["exclude", index], code: "unused-exclusion", message: "this leaves no cell out" },
            hint: "`plugfest nightly --plan` without it lists the cells",
          },
        ],
  );
}
