import { z } from "zod";
import { sizeText } from "../../core/size.js";
import type { Verb } from "../scenario.js";
import { workload } from "../workload.js";
import { clientField, fileField, idField, shareAndPath } from "./workload-fields.js";

const schema = z
  .strictObject({
    id: idField,
    from: clientField.meta({ description: "The client that copies.", examples: ["laptop"] }),
    to: fileField.meta({ description: "Share and path of the file that is written.", examples: ["dvd/dvd.iso"] }),
    size: sizeText.meta({ description: "How much is copied.", examples: ["4.7GB", "256MiB"] }),
    rate: sizeText.optional().meta({ description: "Bytes per second at most; as fast as it goes when left out." }),
  })
  .meta({
    description: "Writes a generated, stamped file from a client to a share; `during` holds what happens meanwhile.",
  });

type Args = z.infer<typeof schema>;

export const copy: Verb<Args> = workload<Args>({
  name: "copy",
  docs: [
    {
      form: "copy: { id, from, to, size, rate? }",
      does: "The client `from` writes a generated file of `size` to `<share>/<path>`. `during` holds steps that run while it runs.",
    },
  ],
  schema,
  title: ({ from, to }) => `copy from ${from} to ${to}`,
  fields: { client: "from", file: "to" },
  facts: ({ id, from, to, size }) => ({ id, client: from, ...shareAndPath(to), sizeBytes: size }),
  does: "put",
  start: (client, { rate }, job, observe) => client.put({ ...job, rate: rate ?? null }, observe),
});
