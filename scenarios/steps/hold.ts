import { z } from "zod";
import { leases } from "../../clients/client.js";
import { durationText, sizeText } from "../../core/size.js";
import { holdOn } from "../hold-on.js";
import type { Verb } from "../scenario.js";
import { workload } from "../workload.js";
import { clientField, fileField, idField, shareAndPath } from "./workload-fields.js";

const range = z.strictObject({
  offset: sizeText.meta({ description: "The first byte.", examples: ["0B"] }),
  length: sizeText.meta({ description: "How many bytes.", examples: ["1MiB"] }),
  exclusive: z.boolean().default(true).meta({ description: "Whether others may not even lock it for reading." }),
});

const DEFAULT_BYTES = 128 * 1024;

const schema = z
  .strictObject({
    id: idField,
    client: clientField.meta({ description: "The client that holds the file.", examples: ["laptop"] }),
    file: fileField.meta({ description: "Share and path of the file.", examples: ["dvd/held.bin"] }),
    size: sizeText
      .default(DEFAULT_BYTES)
      .meta({ description: "How much is written: half before, half afterwards.", examples: ["128KiB"] }),
    for: durationText
      .optional()
      .meta({ description: "How long it stays idle once the steps of its block are done.", examples: ["30s"] }),
    lease: z
      .enum(leases)
      .default("RWH")
      .meta({ description: "What is asked for: a lease, a batch oplock, or neither.", examples: ["RH"] }),
    locks: z
      .array(range)
      .default([])
      .meta({ description: "Byte ranges that are locked.", examples: [[{ offset: "0B", length: "4KiB" }]] }),
    deleteOnClose: z
      .boolean()
      .default(false)
      .meta({ description: "Whether the file is opened to be deleted when it is closed." }),
  })
  .meta({
    description:
      "Opens a file and holds it, idle, while the steps of `during` are done; then it must still be good for writing and reading.",
  });

type Args = z.infer<typeof schema>;

export const hold: Verb<Args> = workload<Args>({
  name: "hold",
  docs: [
    {
      form: "hold: { id, client, file, … }",
      does: "The client holds a file open, idle, while the steps of `during` are done; then uses the handle again. See below.",
    },
  ],
  schema,
  title: ({ file, client }) => `hold ${file} on ${client}`,
  fields: { client: "client", file: "file" },
  facts: ({ id, client, file, size }) => ({
    ...{ id, client, ...shareAndPath(file) },
    ...{ sizeBytes: size, idleAt: size - Math.floor(size / 2) },
  }),
  does: "hold",
  start: (client, { lease, locks, deleteOnClose }, job, observe) =>
    client.hold({ ...job, lease, locks, deleteOnClose }, observe),
  afterBlock: (transfer, args, run, context) => holdOn(transfer, { locks: args.locks, forMs: args.for }, run, context),
});
