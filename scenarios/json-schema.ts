import { z } from "zod";
import { scenarioSchema } from "./schema.js";

/** The language of scenarios as JSON Schema draft-07, which YAML editors read. */
export function scenarioJsonSchema(): unknown {
  return z.toJSONSchema(scenarioSchema, { target: "draft-07", io: "input" });
}
