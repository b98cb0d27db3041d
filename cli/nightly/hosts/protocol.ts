import { z } from "zod";

const file = z.strictObject({ file: z.string(), text: z.string() });

/** What a night asks of plugfest on another host: a line of JSON each, on its standard input. */
export const requestSchema = z.discriminatedUnion("do", [
  z.strictObject({
    do: z.literal("run"),
    id: z.int(),
    ...{ scenario: file, topology: file },
    sizeBytes: z.number().nullable(),
    watchdogMs: z.number(),
  }),
  z.strictObject({ do: z.literal("settle"), id: z.int(), topology: file }),
  z.strictObject({ do: z.literal("release"), id: z.int(), topology: file }),
]);

export type HostRequest = z.infer<typeof requestSchema>;

/** What it answers, a line each on its standard output: first what there is, then to every request. */
export const answerSchema = z.union([
  z.strictObject({
    version: z.string(),
    labs: z.array(z.string()),
    subnets: z.array(z.object({ subnet: z.string(), name: z.string(), lab: z.string().optional() })),
    memoryBytes: z.number().nullable(),
  }),
  z.strictObject({
    id: z.int(),
    /** Where a run's folder lies, packed; it is to be fetched and removed. */
    capsule: z.string().optional(),
    /** Why what was asked for could not be done. */
    why: z.string().optional(),
  }),
]);

export type HostAnswer = z.infer<typeof answerSchema>;
export type HostGreeting = Extract<HostAnswer, { readonly version: string }>;
