import { z } from "zod";
import type { AnyCheck } from "../checks/check.js";
import { worst } from "../checks/finding.js";
import { checks } from "../checks/table.js";
import type { CopyRun } from "../copy-run.js";
import { prove } from "../prove.js";
import type { Judged } from "../prove.js";
import type { Complaint, RunContext, StepScope, Verb } from "../scenario.js";
import { checkHasCluster, complainUnless } from "./machine.js";

const copyField = z
  .string()
  .min(1)
  .meta({ description: "The copy that is judged.", examples: ["dvd"] });

const schema = z
  .strictObject({
    copy: copyField.optional(),
    ...Object.fromEntries(checks.map((check) => [check.name, check.schema.optional()])),
  })
  .meta({ description: "Judges from evidence. What cannot be known is `unknown`, never a pass." });

/** The copy's id, and what is wanted of each check by its name. */
type Args = Readonly<Record<string, unknown>> & { readonly copy?: string | undefined };

export const expect: Verb<Args> = {
  name: "expect",
  docs: [{ form: "expect: { copy, … }", does: "Judges a copy, see below." }],
  needsCluster: false,
  schema,
  judges: ({ copy }) => copy,
  title: ({ copy }) => `expect of ${copy ?? "the lab"}`,
  check(args, scope) {
    const wanted = wantedOf(args);
    return [
      ...checkCopy(args.copy, wanted, scope),
      ...wanted.filter(({ about }) => about === "lab").flatMap(({ name }) => checkHasCluster([name], scope)),
      ...(wanted.length === 0
        ? [
            {
              path: [],
              code: "scenario/expects-nothing",
              message: "expects nothing",
              hint: `add one of ${named(checks)}`,
            },
          ]
        : []),
      ...wanted.flatMap((check) =>
        (check.refuse?.(args[check.name] as never, scope) ?? []).map((complaint) => ({
          ...complaint,
          path: [check.name, ...complaint.path],
        })),
      ),
    ];
  },
  async run(args, context) {
    const copy = args.copy === undefined ? undefined : context.copies.get(args.copy);
    if (args.copy !== undefined && copy === undefined) {
      return { outcome: "unknown", reason: `copy ${args.copy} was never started` };
    }
    const judged: Judged[] = [];
    for (const check of wantedOf(args)) {
      const one = await judge(check, args[check.name], copy, context);
      judged.push(one);
      context.emit({ type: "check.finished", check: one.name, ...one.finding });
    }
    // Only now, for what is planted must not be there when the next check looks.
    if (context.prove) for (const one of judged) context.emit(await prove(one));
    return { outcome: worst(judged.map(({ finding }) => finding.outcome)) };
  },
};

async function judge(
  check: AnyCheck,
  wanted: unknown,
  copy: CopyRun | undefined,
  context: RunContext,
): Promise<Judged> {
  const subject = { copy, context };
  const facts = await check.gather(subject as never, wanted as never);
  const finding = check.judge(wanted as never, facts as never);
  const name = check.about === "copy" ? `${copy?.id ?? ""}: ${check.name}` : check.name;
  return { check, name, wanted, facts, subject, finding };
}

/** The checks that a step asks for. */
function wantedOf(args: Args): AnyCheck[] {
  return checks.filter(({ name }) => args[name] !== undefined);
}

function checkCopy(copy: string | undefined, wanted: readonly AnyCheck[], scope: StepScope): Complaint[] {
  const about = wanted.filter((check) => check.about === "copy");
  if (copy !== undefined) {
    const message = `no copy "${copy}" before this step`;
    return complainUnless(scope.copies, copy, ["copy"], "scenario/unknown-copy", message);
  }
  if (about.length === 0) return [];
  const message = `${named(about)} ${about.length === 1 ? "needs" : "need"} a copy`;
  return [{ path: [], code: "scenario/expects-of-no-copy", message, hint: "write which: `copy: <id>`" }];
}

function named(list: readonly AnyCheck[]): string {
  return list.map(({ name }) => name).join(", ");
}
