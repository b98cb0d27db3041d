import type { z } from "zod";

/** A step's verbs as fields, each of which may be missing: which one is there says what the step is. */
export function optionalVerbs(of: Readonly<Record<string, { readonly schema: z.ZodType }>>): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(of).map(([name, { schema }]) => [name, argumentsOf(name, schema).optional()]),
  );
}

const named = new Map<string, z.ZodType>();

/** A verb's schema under a name of its own, so that what is made of the schemas says it once: there are three kinds of steps. */
function argumentsOf(name: string, schema: z.ZodType): z.ZodType {
  const known = named.get(name) ?? schema.meta({ ...schema.meta(), id: `${name}-arguments` });
  named.set(name, known);
  return known;
}

/** Refuses a step that has none of these verbs, or several. */
export function oneVerb(names: readonly string[]) {
  return (value: object, context: z.RefinementCtx) => {
    const found = names.filter((name) => name in value);
    if (found.length === 1) return;
    // A misspelt verb is an unknown field already, and told as one with the nearest known.
    if (found.length === 0 && context.issues.some(({ code }) => code === "unrecognized_keys")) return;
    const message = found.length === 0 ? "a step needs a verb" : `a step has one verb, not ${String(found.length)}`;
    context.addIssue({ code: "custom", path: [], message: `${message}: one of ${names.join(", ")}` });
  };
}
