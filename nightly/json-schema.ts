import { z } from "zod";
import { expectationsSchema, nightlySchema } from "./schema.js";

const options = { target: "draft-07", io: "input" } as const;

/** The JSON Schema of nightly.yaml, for editors. */
export function nightlyJsonSchema(): Record<string, unknown> {
  return { title: "plugfest nightly", ...z.toJSONSchema(nightlySchema, options) };
}

/** The JSON Schema of a file of expectations, for editors. */
export function expectationsJsonSchema(): Record<string, unknown> {
  return { title: "plugfest expectations", ...z.toJSONSchema(expectationsSchema, options) };
}
