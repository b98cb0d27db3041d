import { z } from "zod";
import { durationRangeText } from "../../core/duration-range.js";
import { specHash } from "../../core/hash.js";
import { durationText } from "../../core/size.js";
import { faultVerbs } from "../fault-verbs.js";
import { checkDown, checkFault, checkRoom, takesIn } from "../nemesis/check.js";
import { declaredFault } from "../nemesis/declared.js";
import { perform } from "../nemesis/perform.js";
import { planFaults } from "../nemesis/plan.js";
import type { PlannedFault } from "../nemesis/plan.js";
import { countOf, withNode } from "../nemesis/takes.js";
import { oneVerb, optionalVerbs } from "../one-verb.js";
import type { Complaint, RunContext, Step, StepScope, Verb } from "../scenario.js";

const names = Object.keys(faultVerbs);

const random = z.strictObject(optionalVerbs(faultVerbs)).superRefine(oneVerb(names));
const scheduled = z
  .strictObject({
    after: durationText.meta({ description: "When it begins, since the nemesis began.", examples: ["2.5s"] }),
    for: durationText.meta({ description: "How long it is in force before it is healed.", examples: ["3s"] }),
    ...optionalVerbs(faultVerbs),
  })
  .superRefine(oneVerb(names));

const least = 100;
const schema = z
  .strictObject({
    over: durationText
      .optional()
      .meta({ description: "How long it goes on; all is healed at its end.", examples: ["30s"] }),
    every: durationRangeText
      .refine(({ least: shortest }) => shortest >= least, { message: `expected at least ${String(least)}ms` })
      .optional()
      .meta({ description: "How long after one fault the next begins; drawn between the two." }),
    lasting: durationRangeText
      .optional()
      .meta({ description: "How long a fault is in force; drawn between the two. 1s..5s when left out." }),
    faults: z
      .array(random)
      .min(1)
      .optional()
      .meta({ description: "What may happen; drawn anew each time. The node `any` is drawn, too." }),
    down: z.int().min(1).default(1).meta({ description: "How many nodes may be out at once." }),
    seed: z
      .union([z.int().min(0), z.string().min(1)])
      .transform(String)
      .optional()
      .meta({ description: "What the schedule is drawn from; the run's own seed when left out." }),
    schedule: z
      .array(scheduled)
      .optional()
      .meta({ description: "Faults at given moments in place of drawn ones: how a shrunk schedule is written." }),
  })
  .refine(
    ({ over, every, faults, schedule }) =>
      schedule !== undefined || (over !== undefined && every !== undefined && faults !== undefined),
    {
      message: "expected `over`, `every` and `faults`, or a `schedule`",
    },
  )
  .refine(
    ({ over, every, lasting, faults, seed, schedule }) =>
      schedule === undefined || [over, every, lasting, faults, seed].every((one) => one === undefined),
    {
      message: "a `schedule` leaves nothing to be drawn: only `down` goes with it",
    },
  )
  .meta({
    description:
      "Causes faults at random and heals them, by a schedule that is drawn from a seed: the same seed, the same schedule.",
  });

type Args = z.infer<typeof schema>;

export const nemesis: Verb<Args> = {
  name: "nemesis",
  docs: [{ form: "nemesis: { over, every, faults, … }", does: "Causes faults at random and heals them, see below." }],
  schema,
  title: ({ over = 0, faults = [], schedule }) =>
    schedule === undefined
      ? `nemesis for ${String(over / 1000)} s: ${[...new Set(faults.map((one) => declaredFault(one).name))].join(", ")}`
      : `nemesis by a schedule of ${String(schedule.length)}`,
  check: (args, scope) => [
    ...checkDown(args.down, scope),
    ...(args.schedule === undefined ? checkDrawn(args, scope) : checkSchedule(args, scope)),
  ],
  async run(args, context, step) {
    const plan = planOf(args, args.seed ?? specHash({ seed: context.seed, nemesis: step.id }), context);
    const schedule = plan.map((one, index) => ({ ...one, ...stepOf(args, one, index, step, context) }));
    context.emit({
      type: "nemesis.planned",
      step: step.id,
      seed: args.schedule === undefined ? (args.seed ?? context.seed) : null,
      faults: schedule.map(({ step: { id, verb, args: given }, atMs, forMs, fault, node }) => ({
        ...{ step: id, title: verb.title(given as never) },
        ...{ atMs, forMs, fault, node },
      })),
    });
    return perform(schedule, args.down, context);
  },
};

const inForce = { least: 1000, most: 5000 };

function planOf(args: Args, seed: string, { spec }: Pick<RunContext, "spec">): PlannedFault[] {
  const { over: overMs = 0, every = { least, most: least }, lasting = inForce, faults = [], down, schedule } = args;
  if (schedule !== undefined) {
    return schedule
      .map(({ after, for: forMs }, fault) => ({ atMs: after, forMs, fault, node: null }))
      .sort((a, b) => a.atMs - b.atMs);
  }
  const takes = faults.map((one) => takesIn(declaredFault(one), { spec }));
  const nodes = spec.nodes.map(({ name }) => name);
  return planFaults({ overMs, every, lasting, down, faults: takes }, nodes, seed);
}

/** The fault as a step of its own, which has its events like any other. */
function stepOf(
  { faults = [], schedule }: Args,
  { fault, node }: PlannedFault,
  index: number,
  around: Step,
  { spec }: RunContext,
) {
  const field = schedule === undefined ? "faults" : "schedule";
  const declared = declaredFault((schedule ?? faults)[fault] ?? {});
  const step: Step = {
    id: `${around.id}.${String(index)}`,
    path: [...around.path, "nemesis", field, fault],
    verb: declared.verb,
    args: withNode(declared.args, node),
    when: undefined,
    during: [],
    ofNemesis: true,
  };
  return { step, count: countOf(takesIn(declared, { spec })) };
}

function checkDrawn({ over = 0, every, lasting = inForce, faults = [], down }: Args, scope: StepScope): Complaint[] {
  const complaints = faults.flatMap((one, index) => {
    const fault = declaredFault(one);
    const path = ["faults", index];
    return [
      ...checkFault(fault, path, scope, scope.spec.nodes[0]?.name ?? null),
      ...checkRoom(fault, path, scope, { down, out: 0 }),
    ];
  });
  const needed = (every?.least ?? 0) + lasting.least;
  if (over >= needed) return complaints;
  const message = `no fault finds room in ${String(over / 1000)} s: the first is over after ${String(needed / 1000)} s at the earliest`;
  return [...complaints, { path: ["over"], code: "scenario/no-room", message }];
}

function checkSchedule({ schedule = [], down }: Args, scope: StepScope): Complaint[] {
  return schedule.flatMap((one, index) => {
    const fault = declaredFault(one);
    const path = ["schedule", index];
    const others = schedule.filter(
      (other, at) => at < index && other.after <= one.after && one.after < other.after + other.for,
    );
    const out = others.reduce((sum, other) => sum + countOf(takesIn(declaredFault(other), scope)), 0);
    return [...checkFault(fault, path, scope, null), ...checkRoom(fault, path, scope, { down, out })];
  });
}
