import { z } from "zod";
import { parseDuration } from "./size.js";

/** From the least to the most, both possible; in milliseconds where it came from text. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

const duration = String.raw`\d+(\.\d+)?\s*(ms|s|m|min|h)`;

/** A field of YAML files: `3s..8s`, or `5s` for exactly that. */
export const durationRangeText = z
  .string({ error: 'expected two durations such as "3s..8s"' })
  .meta({
    id: "durationRange",
    description: "Two durations with two dots between them, or one for exactly that long.",
    pattern: String.raw`^\s*${duration}\s*(\.\.\s*${duration}\s*)?$`,
    examples: ["3s..8s"],
  })
  .transform((text, context): Range => {
    const [first = "", second = first, ...more] = text.split("..");
    const least = parseDuration(first);
    const most = parseDuration(second);
    const refuse = (message: string, hint?: string) => {
      context.addIssue({ code: "custom", message, params: { hint } });
      return z.NEVER;
    };
    if (more.length > 0) return refuse(`expected two durations such as "3s..8s", got the text "${text}"`);
    for (const end of [least, most]) if (!end.ok) return refuse(end.message, end.hint);
    if (!least.ok || !most.ok) return z.NEVER;
    if (least.value > most.value) return refuse(`"${text}" ends before it begins`, "write the shorter one first");
    return { least: least.value, most: most.value };
  });
