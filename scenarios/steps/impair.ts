import { z } from "zod";
import { durationText, percentText } from "../../core/size.js";
import { checkEndpoints, describeEndpoints, endpointSchema, runtimesOf } from "../endpoints.js";
import type { Endpoints } from "../endpoints.js";
import type { Complaint, StepScope, Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { shapeLinks } from "../shape-links.js";

const schema = z
  .strictObject({
    link: endpointSchema,
    delay: durationText.optional().meta({ description: "How much later each packet arrives.", examples: ["20ms"] }),
    loss: percentText.optional().meta({ description: "How many packets get lost.", examples: ["1%"] }),
    corrupt: percentText.optional().meta({ description: "How many packets have a bit turned.", examples: ["0.1%"] }),
    reorder: percentText
      .optional()
      .meta({ description: "How many packets overtake those that are delayed; needs `delay`.", examples: ["5%"] }),
  })
  .refine(({ delay, loss, corrupt }) => [delay, loss, corrupt].some((value) => value !== undefined), {
    message: "expected at least one of `delay`, `loss`, `corrupt`",
  })
  .refine(({ reorder, delay }) => reorder === undefined || delay !== undefined, {
    message: "packets overtake only those that are delayed: add `delay`",
    path: ["reorder"],
  })
  .meta({
    description:
      "Makes links bad, in each direction: packets come late, get lost or are damaged. Needs a kernel with netem (CONFIG_NET_SCH_NETEM). Healed by making them as good as they were.",
    examples: [{ link: "laptop/public", delay: "20ms", loss: "1%" }],
  });

type Args = z.infer<typeof schema>;

export const impair: Verb<Args> = {
  name: "impair",
  docs: [
    {
      form: "impair: { link, delay?, loss?, corrupt?, reorder? }",
      does: "Packets of links come late (`20ms`), get lost (`1%`), are damaged, overtake others. A fault: healed by an end of it. Needs a kernel with netem.",
    },
  ],
  isFault: true,
  needsCluster: false,
  schema,
  title: ({ link }) => `impair ${describeEndpoints(link)}`,
  check: ({ link }, scope) => [
    ...checkEndpoints(link, scope, { cutsOnly: false }).map((complaint) => ({
      ...complaint,
      path: ["link", ...complaint.path],
    })),
    ...checkKernel(link, scope),
  ],
  async run({ link, delay, ...shares }, context) {
    await shapeLinks(context, { name: "impair", links: link, shape: { delayMs: delay, ...shares } });
    return passed;
  },
};

/** A virtual machine has a kernel of its own, with netem. */
function checkKernel(link: Endpoints, { kernel, spec }: StepScope): Complaint[] {
  if (kernel.netem !== false || runtimesOf(link, spec).every((runtime) => runtime === "qemu")) return [];
  const message = "this host's kernel cannot delay, lose or damage packets: it has no netem";
  const hint =
    "a kernel built with CONFIG_NET_SCH_NETEM has it (Debian's and Ubuntu's do: linux-modules-extra); `slow`, `cut`, `flap` and `partition` work without it";
  return [{ path: [], code: "scenario/no-netem", message, hint }];
}
