import { z } from "zod";
import { rateText } from "../../core/size.js";
import { checkEndpoints, describeEndpoints, endpointSchema } from "../endpoints.js";
import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { shapeLinks } from "../shape-links.js";

const schema = z
  .strictObject({
    link: endpointSchema,
    rate: rateText
      .refine((rate) => rate > 0, { message: "a link with no rate at all is cut: use `cut`" })
      .meta({ description: "Per second at most, in each direction.", examples: ["10mbit"] }),
  })
  .meta({
    description:
      "Limits what goes over links, in each direction; what waits longer than 100 ms for its turn is lost. Healed by lifting the limit.",
    examples: [{ link: "serving(dvd)/public", rate: "10mbit" }],
  });

type Args = z.infer<typeof schema>;

export const slow: Verb<Args> = {
  name: "slow",
  docs: [
    {
      form: "slow: { link, rate }",
      does: "Limits links to a rate such as `10mbit`, in each direction. A fault: healed by lifting the limit.",
    },
  ],
  isFault: true,
  needsCluster: false,
  schema,
  title: ({ link, rate }) => `slow ${describeEndpoints(link)} down to ${String((rate * 8) / 1e6)} Mbit/s`,
  check: ({ link }, scope) =>
    checkEndpoints(link, scope, { cutsOnly: false }).map((complaint) => ({
      ...complaint,
      path: ["link", ...complaint.path],
    })),
  async run({ link, rate }, context) {
    await shapeLinks(context, { name: "slow", links: link, shape: { rate } });
    return passed;
  },
};
