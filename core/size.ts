import { z } from "zod";
import { suggest } from "./suggest.js";

/** A quantity read from text, or what is wrong with the text. */
export type Parsed =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly message: string; readonly hint?: string };

interface Scale {
  readonly what: string;
  readonly example: string;
  /** How many of the result's unit one of each is. */
  readonly units: Readonly<Record<string, number>>;
}

const sizes: Scale = {
  what: "a size",
  example: "6GiB",
  units: {
    B: 1,
    kB: 1e3,
    KB: 1e3,
    MB: 1e6,
    GB: 1e9,
    TB: 1e12,
    KiB: 2 ** 10,
    MiB: 2 ** 20,
    GiB: 2 ** 30,
    TiB: 2 ** 40,
  },
};
const durations: Scale = {
  what: "a duration",
  example: "5s",
  units: { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 },
};
const rates: Scale = {
  what: "a rate",
  example: "10mbit",
  units: { kbit: 125, mbit: 125_000, gbit: 125_000_000 },
};
const percents: Scale = { what: "a percentage", example: "40%", units: { "%": 0.01 } };

/** `4.7GB` (powers of 1000) and `6GiB` (powers of 1024), in whole bytes. */
export function parseSize(text: string): Parsed {
  const parsed = parse(text, sizes);
  return parsed.ok ? { ok: true, value: Math.round(parsed.value) } : parsed;
}

/** `250ms`, `5s`, `2m`, `1h`, in milliseconds. */
export function parseDuration(text: string): Parsed {
  return parse(text, durations);
}

/** `10mbit` and `1gbit`, each per second and a power of 1000, in bytes per second. */
export function parseRate(text: string): Parsed {
  const parsed = parse(text, rates);
  return parsed.ok ? { ok: true, value: Math.round(parsed.value) } : parsed;
}

/** `40%` as the fraction 0.4; from 0% to 100%. */
export function parsePercent(text: string): Parsed {
  const parsed = parse(text, percents);
  if (parsed.ok && parsed.value > 1) return { ok: false, message: `expected at most 100%, got "${text}"` };
  return parsed;
}

/** Fields of YAML files: text in, a number out. */
export const sizeText = quantity(sizes, parseSize).meta({
  id: "size",
  description: "A size with its unit: kB, MB, GB, TB are powers of 1000; KiB, MiB, GiB, TiB powers of 1024.",
});
export const durationText = quantity(durations, parseDuration).meta({
  id: "duration",
  description: "A duration with its unit: ms, s, m (minutes) or h.",
});
export const rateText = quantity(rates, parseRate).meta({
  id: "rate",
  description: "A rate with its unit: kbit, mbit or gbit per second, powers of 1000.",
});
export const percentText = quantity(percents, parsePercent).meta({
  id: "percent",
  description: "A percentage from 0% to 100%.",
});

function parse(text: string, { what, example, units }: Scale): Parsed {
  const match = /^(\d+(?:\.\d+)?)\s*(\S*)$/.exec(text.trim());
  const [, digits, unit = ""] = match ?? [];
  if (digits === undefined)
    return { ok: false, message: `expected ${what} such as "${example}", got the text "${text}"` };
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor !== undefined) {
    // Percentages: 7 * 0.01 is not 0.07 in binary fractions, 7 / 100 is.
    return { ok: true, value: factor < 1 ? Number(digits) / Math.round(1 / factor) : Number(digits) * factor };
  }
  const known = Object.keys(units).join(", ");
  if (unit === "")
    return { ok: false, message: `${what} needs a unit, got the text "${text}"`, hint: `units: ${known}` };
  const near = suggest(unit, Object.keys(units));
  const hint = near === undefined ? `units: ${known}` : `did you mean "${digits}${near}"?`;
  return { ok: false, message: `"${unit}" is not a unit of ${what}`, hint };
}

function quantity(scale: Scale, read: (text: string) => Parsed) {
  const units = Object.keys(scale.units).join("|");
  return z
    .string({ error: `expected ${scale.what} such as "${scale.example}"` })
    .meta({ pattern: `^\\s*\\d+(\\.\\d+)?\\s*(${units})\\s*$`, examples: [scale.example] })
    .transform((text, context) => {
      const parsed = read(text);
      if (parsed.ok) return parsed.value;
      const { message, hint } = parsed;
      context.addIssue({ code: "custom", message, params: { hint } });
      return z.NEVER;
    });
}
