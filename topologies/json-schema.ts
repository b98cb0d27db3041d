import { z } from "zod";
import { topologySchema } from "./schema.js";

/**
 * The JSON Schema of topology files, for editors. Draft 7 is the newest that yaml-language-server documents; it
 * describes what is written (`io: "input"`), not what is read out of it.
 */
export function topologyJsonSchema(): Record<string, unknown> {
  return { title: "plugfest topology", ...z.toJSONSchema(topologySchema, { target: "draft-07", io: "input" }) };
}
