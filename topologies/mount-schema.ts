import { z } from "zod";
import { durationText } from "../core/size.js";

/** Limits of the kernel: fs/smb/client/fs_context.h and cifsglob.h. */
const longestEchoMs = 600_000;
const longestHandleMs = 960_000;

/** How a kernel client mounts a share: options of mount.cifs(8), and the kernel's own defaults where they are left out. */
export const mountSchema = z
  .strictObject({
    hard: z.boolean().default(false).meta({
      description:
        "Whether the kernel waits for a lost server for ever. Else, as it does by itself, it gives the program an error after some time.",
    }),
    persistentHandles: z.boolean().optional().meta({
      description:
        "Whether it asks for persistent handles; true fails where the share has none. Left out: where the share has them.",
    }),
    resilientHandles: z
      .boolean()
      .default(false)
      .meta({ description: "Whether it asks for resilient handles, which Samba does not have." }),
    handleTimeout: durationText
      .refine((ms) => ms <= longestHandleMs, "expected at most 16m")
      .optional()
      .meta({ description: "How long a handle is to outlive its connection. Left out: the server's choice." }),
    sign: z.boolean().default(false).meta({ description: "Whether it signs all that it sends." }),
    seal: z.boolean().default(false).meta({
      description:
        "Whether it encrypts all that it sends. The capture then shows no handles, and the grade is unknown.",
    }),
    cache: z
      .enum(["strict", "none", "loose"])
      .default("strict")
      .meta({ description: "What it caches. plugfest writes past the cache whichever it is." }),
    attributes: durationText.optional().meta({
      description: "How long it believes a file's attributes (actimeo). Left out: 1s.",
      examples: ["1s"],
    }),
    echoInterval: durationText
      .refine((ms) => ms >= 1000 && ms <= longestEchoMs && ms % 1000 === 0, "expected whole seconds, 1s to 10m")
      .optional()
      .meta({
        description:
          "How often it asks a silent server for a sign of life; one that is silent for three times as long is lost. Left out: 60s.",
        examples: ["5s"],
      }),
    rdma: z.boolean().default(false).meta({
      description: "Whether it goes by SMB Direct, over RDMA, instead of TCP: to a server of kind ksmbd.",
    }),
  })
  .meta({ description: "How a kernel client mounts: options of mount.cifs(8), in its words where it has them." });

/** As written, with the defaults filled in. */
export type Mount = z.output<typeof mountSchema>;
