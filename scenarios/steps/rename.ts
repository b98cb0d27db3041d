import { z } from "zod";
import { sizeText } from "../../core/size.js";
import type { Verb } from "../scenario.js";
import { workload } from "../workload.js";
import { clientField, fileField, idField, shareAndPath } from "./workload-fields.js";

const schema = z
  .strictObject({
    id: idField,
    client: clientField.meta({ description: "The client that renames.", examples: ["laptop"] }),
    file: fileField.meta({
      description: "Share and path; the file is `<path>.0` at first, and `<path>.<times>` at last.",
      examples: ["dvd/draft"],
    }),
    times: z
      .int()
      .min(1)
      .max(100_000)
      .meta({ description: "How often it is renamed.", examples: [200] }),
    perSecond: z
      .number()
      .positive()
      .optional()
      .meta({ description: "Renames per second at most.", examples: [20] }),
    size: sizeText.default(1024 * 1024).meta({ description: "How large the file is.", examples: ["1MiB"] }),
  })
  .meta({ description: "Writes a file, and renames it again and again by its open handle." });

type Args = z.infer<typeof schema>;

export const rename: Verb<Args> = workload<Args>({
  name: "rename",
  docs: [
    {
      form: "rename: { id, client, file, … }",
      does: "The client renames `<file>.0` by its open handle, `times` times, `perSecond` at most. `during` as above.",
    },
  ],
  schema,
  title: ({ file, client, times }) => `rename ${file} ${String(times)} times on ${client}`,
  fields: { client: "client", file: "file" },
  facts: ({ id, client, file, times, size }) => {
    const { share, path } = shareAndPath(file);
    return { id, client, share, path, finalPath: `${path}.${String(times)}`, sizeBytes: size };
  },
  does: "rename",
  start: (client, { times, perSecond, size }, job, observe) =>
    // Its progress, and so its rate, counts bytes of the file: each rename is worth its share of them.
    client.rename({ ...job, times, rate: perSecond === undefined ? null : (perSecond * size) / times }, observe),
});
