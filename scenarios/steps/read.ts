import { z } from "zod";
import { sizeText } from "../../core/size.js";
import type { Verb } from "../scenario.js";
import { haveFile } from "../have-file.js";
import { workload } from "../workload.js";
import { clientField, fileField, idField, shareAndPath } from "./workload-fields.js";

const schema = z
  .strictObject({
    id: idField,
    to: clientField.meta({ description: "The client that reads.", examples: ["laptop"] }),
    from: fileField.meta({ description: "Share and path of the file that is read.", examples: ["dvd/dvd.iso"] }),
    size: sizeText.meta({ description: "How large the file is.", examples: ["4.7GB", "256MiB"] }),
    rate: sizeText.optional().meta({ description: "Bytes per second at most; as fast as it goes when left out." }),
  })
  .meta({
    description:
      "Reads a file from a share to a client and compares every byte. A file that no workload has written is written first.",
  });

type Args = z.infer<typeof schema>;

export const read: Verb<Args> = workload<Args>({
  name: "read",
  docs: [
    {
      form: "read: { id, to, from, size, rate? }",
      does: "The client `to` reads `<share>/<path>` and compares every byte. A file that no step before it wrote is written first. `during` as above.",
    },
  ],
  schema,
  title: ({ from, to }) => `read from ${from} to ${to}`,
  fields: { client: "to", file: "from" },
  facts: ({ id, to, from, size }) => ({ id, client: to, ...shareAndPath(from), sizeBytes: size }),
  does: "get",
  prepare: (_args, run, context) => haveFile(run.path, run, context),
  start: (client, { rate }, job, observe) => client.read({ ...job, rate: rate ?? null }, observe),
});
