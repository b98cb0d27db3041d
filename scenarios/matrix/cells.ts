import type { Axis, Cell } from "./matrix.js";
import type { MatrixBlock } from "./schema.js";

/** Values that are meant, by axis: an axis that is not named may have any. */
export type Choice = Readonly<Record<string, readonly string[]>>;

export function axesOf({ axes }: MatrixBlock): Axis[] {
  return Object.entries(axes).map(([name, values]) => ({
    name,
    values: Array.isArray(values) ? values : Object.keys(values),
  }));
}

/** Every combination that is not excluded, the last axis changing fastest. */
export function cellsOf(axes: readonly Axis[], excluded: readonly Choice[]): Cell[] {
  const combinations = axes.reduce<Readonly<Record<string, string>>[]>(
    (before, { name, values }) => before.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
  return combinations
    .map((values) => ({ id: Object.values(values).join("_"), values }))
    .filter((cell) => !excluded.some((choice) => isChosen(cell, choice)));
}

export function isChosen({ values }: Cell, choice: Choice): boolean {
  return Object.entries(choice).every(([axis, wanted]) => wanted.includes(values[axis] ?? ""));
}

export function excludedBy({ exclude = [] }: MatrixBlock): Choice[] {
  return exclude.map((one) =>
    Object.fromEntries(Object.entries(one).map(([axis, values]) => [axis, [values].flat()] as const)),
  );
}
