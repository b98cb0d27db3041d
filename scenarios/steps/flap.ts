import { z } from "zod";
import { durationText } from "../../core/size.js";
import {
  checkEndpoints,
  describeEndpoints,
  eachLink,
  endpointSchema,
  machinesOf,
  resolveEndpoints,
} from "../endpoints.js";
import { inject } from "../inject.js";
import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";

const schema = z
  .strictObject({
    link: endpointSchema,
    down: durationText.meta({ description: "How long the cable is out, each time.", examples: ["1s"] }),
    up: durationText.meta({ description: "How long it is in, each time.", examples: ["3s"] }),
    times: z
      .int()
      .min(1)
      .max(1000)
      .meta({ description: "How often it is pulled.", examples: [3] }),
  })
  .meta({
    description: "Pulls the cable of links and plugs it in again, several times; the step ends with the last time.",
  });

type Args = z.infer<typeof schema>;

export const flap: Verb<Args> = {
  name: "flap",
  docs: [
    {
      form: "flap: { link, down, up, times }",
      does: "Pulls the cables for `down` and plugs them in for `up`, so many times. A fault.",
    },
  ],
  isFault: true,
  needsCluster: false,
  schema,
  title: ({ link, times }) => `flap ${describeEndpoints(link)} ${String(times)} times`,
  check: ({ link }, scope) =>
    checkEndpoints(link, scope).map((complaint) => ({ ...complaint, path: ["link", ...complaint.path] })),
  async run({ link, down, up, times }, context) {
    const { machines, clock, signal } = context;
    const endpoints = await resolveEndpoints(link, context);
    await inject(context, {
      name: "flap",
      nodes: machinesOf(endpoints),
      // In the end the link is as it was, and addresses may be back.
      movesAddresses: false,
      inject: async (machine) => {
        for (let time = 0; time < times; time++) {
          await eachLink(endpoints, machine, (one) => machines.plug(one, false));
          context.landed();
          await clock.sleep(down, signal);
          await eachLink(endpoints, machine, (one) => machines.plug(one, true));
          if (time + 1 < times) await clock.sleep(up, signal);
        }
      },
      heal: (machine) => eachLink(endpoints, machine, (one) => machines.plug(one, true)),
    });
    return passed;
  },
};
