import { z } from "zod";
import { sizeText } from "../../core/size.js";
import { rdmaDevices } from "../../lab/rdma/devices.js";
import { devicesNamed, pairsBetween } from "../../lab/rdma/devices-between.js";
import { measureRdma, rdmaVerbs } from "../../lab/rdma/measure.js";
import { judgeRdma, rdmaDefects } from "../checks/rdma-answer.js";
import { prove } from "../prove.js";
import type { Complaint, StepScope, Verb } from "../scenario.js";
import { complainUnless } from "./machine.js";

const end = z.string().min(1);

const schema = z
  .strictObject({
    from: end.meta({
      description: "The machine that asks, or its link where it has RDMA on two networks: `node1/private`.",
      examples: ["left", "node1/private"],
    }),
    to: end.meta({ description: "The machine that answers, or its link.", examples: ["right", "node2/private"] }),
    answer: z.enum(["yes", "no"]).default("yes").meta({
      description: "Whether it must answer; `no` where a link is cut: then nothing may arrive either.",
    }),
    rounds: z.int().min(1).max(10_000).default(50).meta({ description: "How often rping's ping goes there and back." }),
    bandwidth: z
      .enum([...rdmaVerbs, "none"])
      .default("write")
      .meta({ description: "What is measured by perftest once there was an answer: ib_write_bw and so on." }),
    size: sizeText.default(16 * 2 ** 20).meta({ description: "How much goes over it for that. Left out: 16MiB." }),
    atLeast: sizeText.optional().meta({ description: "Less than this in a second fails.", examples: ["1MiB"] }),
  })
  .meta({ description: "Measures the RDMA between two machines, and judges it by their devices' own counters." });

type Args = z.infer<typeof schema>;

const messageBytes = 65_536;

/** Whoever answers does so within a second; an emulated machine that is busy takes some more. */
const answerWithinMs = { yes: 30_000, no: 6_000 } as const;

export const rdma: Verb<Args> = {
  name: "rdma",
  docs: [
    {
      form: "rdma: { from, to, answer?, … }",
      does: "Two machines talk over RDMA: rping, and bandwidth by perftest. With `answer: no` nothing may get through.",
    },
  ],
  needsCluster: false,
  schema,
  title: ({ from, to, answer }) => `rdma from ${from} to ${to}${answer === "no" ? ", no answer" : ""}`,
  check: ({ from, to }, scope) => [
    ...checkEnd(from, "from", scope),
    ...checkEnd(to, "to", scope),
    ...together(from, to, scope),
  ],
  async run(args, context) {
    context.landed();
    const { answer, rounds, bandwidth: verb, size, atLeast, from, to } = args;
    const [pair] = pairsBetween(rdmaDevices(context.spec), from, to);
    if (pair === undefined) throw new Error(`${from} and ${to} were validated but have no RDMA between them`);
    const measured = await measureRdma({
      ...{ ...pair, connect: context.remote, clock: context.clock, rounds },
      answerWithinMs: answerWithinMs[answer],
      bandwidth: verb === "none" ? null : { verb, messages: Math.ceil(size / messageBytes), bytes: messageBytes },
      signal: context.signal,
    });
    context.emit({ type: "rdma.measured", ...measured });
    const wanted = { answer: answer === "yes", atLeast };
    const finding = judgeRdma(wanted, measured);
    const name = `rdma ${from} to ${to}`;
    context.emit({ type: "check.finished", check: name, ...finding });
    const check = { judge: judgeRdma, defects: rdmaDefects };
    if (context.prove) {
      context.emit(await prove({ check, name, wanted, facts: measured, subject: context, finding }));
    }
    return { outcome: finding.outcome };
  },
};

function checkEnd(name: string, field: string, { spec }: StepScope): Complaint[] {
  const devices = rdmaDevices(spec);
  if (devicesNamed(devices, name).length > 0) return [];
  const known = [...new Set(devices.flatMap(({ node, network }) => [node, `${node}/${network}`]))];
  const message = `${name} has no RDMA device in topology "${spec.name}"`;
  return complainUnless(known, name, [field], "scenario/no-rdma", message).map((complaint) =>
    known.length > 0 ? complaint : { ...complaint, hint: "write `rdma: rxe` at a network of the topology" },
  );
}

function together(from: string, to: string, { spec }: StepScope): Complaint[] {
  const devices = rdmaDevices(spec);
  const [asking, answering] = [devicesNamed(devices, from), devicesNamed(devices, to)];
  if (from === to || (asking[0] !== undefined && asking[0].node === answering[0]?.node)) {
    return [{ path: ["to"], code: "scenario/same-machine", message: "a machine does not measure a link to itself" }];
  }
  if (asking.length === 0 || answering.length === 0) return [];
  const pairs = pairsBetween(devices, from, to);
  const [pair] = pairs;
  if (pair === undefined) {
    const message = `${from} and ${to} have no RDMA devices on the same network`;
    const hint = "name links to one network, such as node1/private and node2/private";
    return [{ path: ["to"], code: "scenario/other-rdma", message, hint }];
  }
  if (pairs.length > 1) {
    const networks = pairs.map(({ from: { network } }) => network).join(" and ");
    const message = `${from} and ${to} have RDMA devices on the networks ${networks}`;
    const hint = `say which: from: ${pair.from.node}/${pair.from.network}`;
    return [{ path: ["from"], code: "scenario/which-rdma", message, hint }];
  }
  const [one, other] = [pair.from.kind, pair.to.kind];
  if (one === other) return [];
  const message = `${from} has a device of ${one} and ${to} one of ${other}, which do not understand each other`;
  const hint = "give both the same by `rdma` in the topology";
  return [{ path: ["to"], code: "scenario/other-rdma", message, hint }];
}
