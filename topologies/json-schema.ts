import { z } from "zod";
import { sambaSchema } from "./samba-file.js";
import { topologySchema } from "./schema.js";

const options = { target: "draft-07", io: "input" } as const;

/**
 * The JSON Schema of topology files, for editors. Draft 7 is the newest that yaml-language-server documents; it
 * describes what is written (`io: "input"`), not what is read out of it.
 */
export function topologyJsonSchema(): Record<string, unknown> {
  return { title: "plugfest topology", ...z.toJSONSchema(topologySchema, options) };
}

/** The JSON Schema of the file of a Samba, for editors. */
export function sambaJsonSchema(): Record<string, unknown> {
  return { title: "plugfest samba", ...z.toJSONSchema(sambaSchema, options) };
}
