import { z } from "zod";
import { durationText, sizeText } from "../core/size.js";
import { sshFields } from "../topologies/schema.js";

const texts = (description: string, examples: string[][]) =>
  z.array(z.string().min(1)).min(1).optional().meta({ description, examples });

const axisValues = z.union([z.string(), z.array(z.string()).min(1)]);

const exclusion = z
  .strictObject({
    scenario: axisValues.optional(),
    topology: axisValues.optional(),
    samba: axisValues.optional(),
    profile: axisValues.optional(),
    cell: axisValues.optional(),
  })
  .refine((one) => Object.values(one).some((values) => values !== undefined), { message: "expected an axis" });

const environmentName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable, such as HOOK_URL");

const fileName = z.string().min(1);

const when = z.enum(["always", "changes", "trouble"]).default("changes").meta({
  description:
    "After every night; after one in which something changed or a person is needed; or only in the latter case.",
});

const notification = z.union([
  z
    .strictObject({
      command: z
        .array(z.string())
        .min(1)
        .meta({
          description: "A program and its arguments: the summary is its standard input.",
          examples: [["logger", "-t", "plugfest"]],
        }),
      when,
    })
    .meta({ description: "Runs a program." }),
  z
    .strictObject({
      mail: z
        .string()
        .min(3)
        .meta({ description: "Who gets the summary.", examples: ["lab@example.org"] }),
      by: z
        .array(z.string())
        .min(1)
        .default(["sendmail", "-t"])
        .meta({ description: "The mail command, which reads a message with its heading." }),
      when,
    })
    .meta({ description: "Sends a mail by this machine's mail command." }),
  z
    .strictObject({
      webhook: z
        .union([z.strictObject({ env: environmentName }), z.strictObject({ file: fileName })])
        .meta({ description: "Where the address is: it may hold a secret, and so is not written here." }),
      when,
    })
    .meta({ description: "Posts the night as JSON, with its summary as `text`." }),
]);

const hostName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,23}$/, "expected lower-case letters, digits and hyphens, at most 24, a letter first");

const hosts = z
  .record(
    hostName,
    z.strictObject({
      ...{ ...sshFields, address: sshFields.address.optional(), hostKey: sshFields.hostKey.optional() },
      plugfest: z
        .string()
        .regex(/^[^\s-]\S*$/, "expected a path or a name without spaces")
        .optional()
        .meta({
          description: "The plugfest that is installed there, of this one's version. Left out: plugfest.",
          examples: ["/opt/plugfest/bin/plugfest"],
        }),
    }),
  )
  .superRefine((found, context) => {
    for (const [name, host] of Object.entries(found)) {
      const wrong = (path: string[], message: string, hint: string) => {
        context.addIssue({ code: "custom", message, path: [name, ...path], params: { hint } });
      };
      if (name === "local") {
        const [field] = Object.entries(host).flatMap(([key, value]) =>
          value === undefined || key === "port" || key === "user" ? [] : [key],
        );
        if (field !== undefined) wrong([field], "local is this machine", "write `local: {}`, or call it otherwise");
        continue;
      }
      const lacks = (["address", "hostKey"] as const).filter((field) => host[field] === undefined);
      if (lacks.length > 0)
        wrong(
          [],
          `${lacks.join(" and ")} ${lacks.length > 1 ? "are" : "is"} missing`,
          "see docs/nightly.md, Other hosts",
        );
    }
    if (Object.keys(found).length === 0) {
      context.addIssue({ code: "custom", message: "no host is named", path: [], params: { hint: "write local: {}" } });
    }
  });

/** What a nightly.yaml says. */
export const nightlySchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "expected lower-case letters, digits and hyphens, at most 40")
      .meta({ description: "Names the folder of the history and the nights.", examples: ["failover"] }),
    description: z.string().optional().meta({ description: "What it is for, in a sentence." }),
    scenarios: z
      .array(
        z.union([
          z.string().min(1),
          z.strictObject({ tag: z.string().min(1).meta({ description: "All that are shipped with this tag." }) }),
        ]),
      )
      .min(1)
      .meta({
        description: "Shipped names, files, or tags. Of a scenario with a matrix each cell is one here, too.",
        examples: [["redmond-failover", "./kill-smbd.yaml", { tag: "failover" }]],
      }),
    topologies: texts("Topologies to run each on. Left out: the scenario's own.", [["redmond", "./eight.yaml"]]),
    samba: texts("Samba versions, or files of Sambas, to put on all nodes. Left out: the topology's own.", [
      ["4.24", "4.25", "./candidate.yaml"],
    ]),
    profiles: z
      .array(z.enum(["persistent", "durable", "none"]))
      .min(1)
      .optional()
      .meta({ description: "Profiles of handles. Left out: the topology's own.", examples: [["durable"]] }),
    repeats: z.int().min(1).max(100).default(3).meta({
      description:
        "How often each cell is run in a night. Five tell a flake from a failure, and a slower stall sooner.",
    }),
    parallel: z.int().min(1).max(64).default(1).meta({
      description:
        "How many labs may be at once, where there is memory for them. More take less time and measure each other: stalls get longer.",
    }),
    hosts: hosts.optional().meta({
      description:
        "Where labs are, by name: this machine is `local: {}`, others are reached by ssh. Left out: this machine alone.",
      examples: [
        {
          local: {},
          rack2: { address: "192.168.1.30", hostKey: "SHA256:uNiVztksCsDhcc0u9e8BrrQuPyIUaL5Ln7MGPA6Rt1c" },
        },
      ],
    }),
    size: sizeText.optional().meta({ description: "Copy this much instead of what the scenarios say." }),
    exclude: z
      .array(exclusion)
      .optional()
      .meta({
        description: "Combinations that are left out: an axis that is not named may have any value.",
        examples: [[{ samba: ["4.22", "4.24"], profile: "persistent" }]],
      }),
    expectations: fileName
      .optional()
      .meta({ description: "A file of known failures, as seen from this one.", examples: ["expectations.yaml"] }),
    budget: z
      .strictObject({
        time: durationText
          .optional()
          .meta({ description: "No run is begun after so long; what was not reached comes first in the next night." }),
        disk: sizeText
          .default(2e9)
          .meta({ description: "No run is begun with less than this free. Left out: 2GB.", default: "2GB" }),
      })
      .prefault({})
      .meta({ description: "What a night may take." }),
    watchdog: durationText
      .default(900_000)
      .meta({ description: "A run that takes longer is ended, and is unknown. Left out: 15m.", default: "15m" }),
    keep: z
      .strictObject({
        nights: z.int().min(1).default(14).meta({ description: "Nights whose run folders are kept." }),
        failures: z
          .int()
          .min(1)
          .default(60)
          .meta({ description: "Nights for which the folders of runs that are no pass are kept." }),
      })
      .prefault({})
      .meta({ description: "How long run folders stay. The history itself is kept for good." }),
    notify: z.array(notification).optional().meta({ description: "Who is told when a night is over." }),
  })
  .meta({ id: "nightly", description: "A plugfest nightly: what is run every night, and who is told." });

/** A nightly as it was written, with its defaults. */
export type NightlyFile = z.output<typeof nightlySchema>;

/** February has no 31st, whatever Date makes of it. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** A list of expected failures. */
export const expectationsSchema = z
  .strictObject({
    expectations: z
      .array(
        z.strictObject({
          cell: z
            .string()
            .min(1)
            .meta({
              description: "A cell's name, in which * stands for any text.",
              examples: ["tickle-ack_*_4.22_*"],
            }),
          status: z.enum(["known-failure", "flapping"]).meta({
            description: "Whether it fails always, or now and then.",
          }),
          reason: z.string().min(1).meta({ description: "Why it fails, in a sentence." }),
          link: z
            .string()
            .regex(/^https?:\/\//, "expected a link, such as https://bugzilla.samba.org/show_bug.cgi?id=15994")
            .meta({ description: "Where the failure is being worked on." }),
          expires: z
            .string()
            .regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a date, such as "2027-03-31"')
            .refine((text) => isDay(text), { message: "there is no such day" })
            .meta({ description: "The last day on which it is expected.", examples: ["2027-03-31"] }),
        }),
      )
      .meta({ description: "Failures that are known." }),
  })
  .meta({ id: "expectations", description: "Failures that a nightly expects, each with its reason and its end." });

export type Expectation = z.output<typeof expectationsSchema>["expectations"][number];
