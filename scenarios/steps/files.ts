import { z } from "zod";
import { sizeText } from "../../core/size.js";
import type { Verb } from "../scenario.js";
import { workload } from "../workload.js";
import { clientField, idField, shareAndPath, fileField } from "./workload-fields.js";

const schema = z
  .strictObject({
    id: idField,
    from: clientField.meta({ description: "The client that writes.", examples: ["laptop"] }),
    to: fileField.meta({ description: "Share and path of the directory; it is made.", examples: ["dvd/photos"] }),
    count: z
      .int()
      .min(1)
      .max(100_000)
      .meta({ description: "How many files.", examples: [500] }),
    size: sizeText.meta({ description: "The size of each.", examples: ["16KiB"] }),
    rate: sizeText.optional().meta({ description: "Bytes per second at most; as fast as it goes when left out." }),
  })
  .meta({
    description:
      "Writes many small files into a directory, each created, written and closed, and an open list of them.",
  });

type Args = z.infer<typeof schema>;

export const files: Verb<Args> = workload<Args>({
  name: "files",
  docs: [
    {
      form: "files: { id, from, to, count, … }",
      does: "The client `from` writes `count` files of `size` into the directory `to`, and an open list of them. `during` as above.",
    },
  ],
  schema,
  title: ({ count, from, to }) => `write ${String(count)} files from ${from} to ${to}`,
  fields: { client: "from", file: "to" },
  facts: ({ id, from, to, count, size }) => ({
    ...{ id, client: from, ...shareAndPath(to) },
    ...{ sizeBytes: count * size, files: count },
  }),
  does: "files",
  start: (client, { rate }, job, observe) => client.putFiles({ ...job, rate: rate ?? null }, observe),
});
