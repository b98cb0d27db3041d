import { z } from "zod";
import { sizeText } from "../../core/size.js";
import { haveFile } from "../have-file.js";
import type { Verb } from "../scenario.js";
import { workload } from "../workload.js";
import { clientField, fileField, idField, shareAndPath } from "./workload-fields.js";

const schema = z
  .strictObject({
    id: idField,
    client: clientField.meta({ description: "The client that asks for it.", examples: ["laptop"] }),
    from: fileField.meta({ description: "Share and path of the file that is copied.", examples: ["dvd/dvd.iso"] }),
    to: fileField.meta({ description: "Share and path of the copy, on the same share.", examples: ["dvd/copy.iso"] }),
    size: sizeText.meta({ description: "How large the file is.", examples: ["256MiB"] }),
    rate: sizeText.optional().meta({ description: "Bytes per second at most; as fast as it goes when left out." }),
  })
  .meta({ description: "Has the server copy a file, chunk by chunk (FSCTL_SRV_COPYCHUNK_WRITE)." });

type Args = z.infer<typeof schema>;

export const serverCopy: Verb<Args> = workload<Args>({
  name: "server-copy",
  docs: [
    {
      form: "server-copy: { id, client, … }",
      does: "The client has the server copy the file `from` of `size` to `to` (COPYCHUNK). `during` as above.",
    },
  ],
  schema,
  title: ({ from, to, client }) => `server copy from ${from} to ${to} for ${client}`,
  fields: { client: "client", file: "to" },
  check: ({ from, to }) => {
    const { share } = shareAndPath(to);
    if (shareAndPath(from).share === share) return [];
    const message = "the server copies within a share only";
    return [{ path: ["from"], code: "scenario/other-share", message, hint: `write a path on ${share}` }];
  },
  facts: ({ id, client, to, size }) => ({ id, client, ...shareAndPath(to), sizeBytes: size }),
  does: "server-copy",
  prepare: ({ from }, run, context) => haveFile(shareAndPath(from).path, run, context),
  start: (client, { from, rate }, job, observe) =>
    client.serverCopy({ ...job, source: shareAndPath(from).path, rate: rate ?? null }, observe),
});
