import { createHash } from "node:crypto";
import type { Range } from "../../core/duration-range.js";

export interface Draws {
  /** A whole number from 0 up to, but not including, `limit`. */
  readonly below: (limit: number) => number;
  /** A duration of a range, in steps of 10 ms where it is long enough: what is drawn is also read by people. */
  readonly within: (range: Range) => number;
}

/** Numbers that look random and are a function of the seed: the same ones in the same order, on every machine. */
export function drawsFrom(seed: string): Draws {
  let count = 0;
  /** From 0 up to, but not including, 1. */
  const fraction = () =>
    createHash("sha256")
      .update(`${seed} ${String(count++)}`)
      .digest()
      .readUInt32BE(0) /
    2 ** 32;
  return {
    below: (limit) => Math.floor(fraction() * limit),
    within: ({ least, most }) => {
      const step = most - least < 10 ? 1 : 10;
      return least + Math.floor(fraction() * (Math.floor((most - least) / step) + 1)) * step;
    },
  };
}
