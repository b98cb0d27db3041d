import { z } from "zod";

const owner = z.object({ host: z.string(), bootId: z.string(), pid: z.number(), startTicks: z.number() });

/** A stamp as it is written in records on disk; those of an older plugfest do not say the source. */
export const stampSchema = z.object({
  lab: z.string(),
  owner,
  keep: z.boolean(),
  version: z.string(),
  source: z.string().default(""),
});
