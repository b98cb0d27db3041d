/**
 * Something wrong that can be planted below a check, so that `run --prove` sees the check turn red on it. The deeper it
 * is planted the more it proves: in what clients, nodes and wire told, not in what was made of that.
 */
export interface Defect<Wanted, Facts, Subject = unknown> {
  /** What is wrong then, in words. */
  readonly name: string;
  /** What the check must say: `fail`, or `unknown` where the defect is that something is missing. */
  readonly turns: "fail" | "unknown";
  /** The facts with the defect in them; undefined where these facts have no place for it. They themselves stay as they are. */
  readonly plant: (facts: Facts, wanted: Wanted, subject: Subject) => Facts | undefined | Promise<Facts | undefined>;
}

/** A check without a defect that turns it to `fail` could not be proven. */
export type Defects<Wanted, Facts, Subject = unknown> = readonly [
  Defect<Wanted, Facts, Subject> & { readonly turns: "fail" },
  ...Defect<Wanted, Facts, Subject>[],
];
