import { z } from "zod";
import type { Grade } from "../../core/event.js";
import type { ClientKind, Profile } from "../../topologies/spec.js";
import type { CopyCheck } from "./check.js";
import type { Observed } from "../evidence/observed.js";
import { lossBeganMs } from "../evidence/kernel-client.js";
import { recoveriesOf } from "../evidence/recoveries.js";
import { failedCopy, finishedCopy, keptAfterAll, reopenedSilently, withWire } from "../evidence/tamper.js";
import { observedDefect } from "./failover-defects.js";
import { failoverFacts, judgeEvidence, kindOf } from "./failover-facts.js";
import type { FailoverFacts } from "./failover-facts.js";
import { fail, pass, unknown } from "./finding.js";

const one = z.enum(["G0", "G1", "G2", "G3", "G4", "G5"]);

const some = z.union([one, z.array(one).min(2)]);

const schema = z
  .union([
    some,
    z.strictObject({
      ...{ persistent: some.optional(), durable: some.optional(), none: some.optional() },
      cifs: some
        .optional()
        .meta({ description: "Of the Linux kernel's client, whatever the profile: it has no other." }),
      windows: some
        .optional()
        .meta({ description: "Of Windows' client, whatever the profile; else its grade is that of the profile." }),
    }),
  ])
  .meta({
    description: "The grade of transparency, or those of which any will do, for every profile or for each.",
    examples: ["G4"],
  });

type Wanted = z.infer<typeof schema>;

/** The grades of copies that did not fail, and of those whose handle came back. */
const BUT_FAILED: readonly Grade[] = ["G1", "G2", "G3", "G4", "G5"];
const RECLAIMED: readonly Grade[] = ["G3", "G4", "G5"];

interface Facts extends FailoverFacts {
  readonly profile: Profile;
  /** The kind of the copy's client. */
  readonly kind?: ClientKind | undefined;
}

export const grade: CopyCheck<Wanted, Facts> = {
  name: "grade",
  about: "copy",
  schema,
  docs: {
    field: "grade: G4` or `grade: { persistent: G4, durable: G3, cifs: G2 }",
    passes:
      "The evidence shows this grade, exactly, or one of these: `[G2, G3]` where it is chance which. Grades go by the cluster's profile; `cifs` is that of the Linux kernel's client, which has no other, `windows` that of Windows'.",
  },
  refuse: (wanted, { spec }) => {
    const { profile } = spec.cluster;
    const kinds = spec.clients.map(({ kind }) => kind);
    const expected = kinds.map((kind) => gradesFor(wanted, { profile, kind })).find((each) => each !== undefined);
    if (expected?.every((each) => each === "G5") && !spec.clients.some(({ witness }) => witness)) {
      const message = "G5 needs a client that registers with the witness, and this topology has none";
      const hint = "write witness: true below cluster and below the client in the topology";
      return [{ path: [], code: "scenario/no-witness", message, hint }];
    }
    if (expected !== undefined) return [];
    const ofKernel = kinds.length > 0 && kinds.every((kind) => kind === "cifs");
    const message = ofKernel
      ? "no grade is given for the Linux kernel's client, which is the only one of this topology"
      : `no grade is given for profile "${profile}" of this topology`;
    const hint = ofKernel ? "write cifs: <grade>; docs/kernel-client.md says what it gets from which fault" : undefined;
    return [{ path: [], code: "scenario/no-grade", message, ...(hint !== undefined && { hint }) }];
  },
  gather: (subject) => ({
    ...failoverFacts(subject),
    profile: subject.context.spec.cluster.profile,
    kind: kindOf(subject),
  }),
  judge: (wanted, facts) => {
    const expected = gradesFor(wanted, facts);
    if (expected === undefined) {
      const whom = facts.kind === "cifs" ? "the Linux kernel's client" : `profile ${facts.profile}`;
      return unknown(`no grade is given for ${whom}`);
    }
    return judgeEvidence(facts, ({ evidence }, { events }) => {
      // The client's word is enough for that its application saw no error, whatever else is known.
      if (evidence.grade === null && isFailure(expected) && events.some(({ type }) => type === "copy.finished"))
        return fail("the copy finished, and its application saw no error; expected G0");
      if (evidence.grade === null) return unknown(evidence.gradeReason);
      const said = `${evidence.grade}: ${evidence.gradeReason}`;
      return expected.includes(evidence.grade) ? pass(said) : fail(`${said}; expected ${expected.join(" or ")}`);
    });
  },
  defects: [
    gradeDefect("the application saw an error", "fail", BUT_FAILED, failedCopy),
    gradeDefect("the application saw no error", "fail", ["G0"], finishedCopy),
    gradeDefect("a silent re-open", "fail", RECLAIMED, reopenedSilently),
    gradeDefect("the handle of before came back", "fail", ["G0", "G1", "G2"], keptAfterAll),
    gradeDefect("the reclaim is not on the wire", "unknown", RECLAIMED, (observed) =>
      withWire(observed, (fact) => (fact.what === "reclaimed" ? undefined : fact)),
    ),
    gradeDefect("the new handle is not on the wire", "unknown", ["G1", "G2"], (observed) => {
      const [first] = recoveriesOf(observed.events);
      const lostMs = first === undefined ? Infinity : lossBeganMs(first, observed.events);
      return withWire(observed, (fact) => (fact.what === "opened" && fact.atMs > lostMs ? undefined : fact));
    }),
    gradeDefect("the capture is empty", "unknown", BUT_FAILED, (observed) => ({
      ...observed,
      capture: { kind: "absent", reason: "planted: the capture holds no frame" },
    })),
  ],
};

/** A defect that is one only where nothing but these grades is wanted. */
function gradeDefect<Turns extends "fail" | "unknown">(
  name: string,
  turns: Turns,
  where: readonly Grade[],
  tamper: (observed: Observed) => Observed | undefined,
) {
  return observedDefect<Wanted, Facts, Turns>(name, turns, (observed, wanted, facts) => {
    const expected = gradesFor(wanted, facts);
    return expected?.every((each) => where.includes(each)) ? tamper(observed) : undefined;
  });
}

/**
 * The Linux kernel gets no handle back from Samba, whatever the profile: docs/kernel-client.md. So what is said of profiles is
 * not said of it.
 */
export function gradesFor(
  grades: Wanted,
  { profile, kind }: Pick<Facts, "profile" | "kind">,
): readonly Grade[] | undefined {
  const found =
    typeof grades === "string" || isList(grades)
      ? grades
      : kind === "cifs"
        ? grades.cifs
        : ((kind === "windows" ? grades.windows : undefined) ?? grades[profile]);
  return typeof found === "string" ? [found] : found;
}

const isList = (grades: Wanted): grades is Grade[] => Array.isArray(grades);

/** Whether nothing is expected but that the copy fails. */
const isFailure = (expected: readonly Grade[]) => expected.every((each) => each === "G0");
