import type { z } from "zod";
import type { CopyRun } from "../copy-run.js";
import type { Complaint, RunContext, StepScope } from "../scenario.js";
import type { Defect, Defects } from "./defect.js";
import type { Finding } from "./finding.js";

/** One field of `expect`: how it is written, what it needs, and what it makes of that, in one file. */
interface Judgement<Wanted, Facts, Subject> {
  /** The field's name. */
  readonly name: string;
  readonly schema: z.ZodType<Wanted>;
  /** Its row in docs/scenario.md: how it is written, and when it passes. */
  readonly docs: { readonly field: string; readonly passes: string };
  /** What `validate` refuses besides what the schema does; paths are below the field. */
  readonly refuse?: (wanted: Wanted, scope: StepScope) => Complaint[];
  /** Fetches what is judged. What cannot be had is part of the facts, for that is unknown and not an end of the run. */
  readonly gather: (subject: Subject, wanted: Wanted) => Facts | Promise<Facts>;
  /** Pure: the same facts give the same finding. */
  readonly judge: (wanted: Wanted, facts: Facts) => Finding;
  /** What must turn it red. */
  readonly defects: Defects<Wanted, Facts, Subject>;
}

export interface CopySubject {
  readonly copy: CopyRun;
  readonly context: RunContext;
}

export interface LabSubject {
  readonly context: RunContext;
}

/** Judges one copy: `expect` must name it. */
export type CopyCheck<Wanted, Facts> = Judgement<Wanted, Facts, CopySubject> & { readonly about: "copy" };

/** Judges the whole lab at the moment of the step. */
export type LabCheck<Wanted, Facts> = Judgement<Wanted, Facts, LabSubject> & { readonly about: "lab" };

/** A check whose field its own schema has checked: whoever holds it need not know which it is. */
export interface AnyCheck extends Omit<Judgement<never, never, never>, "schema" | "gather" | "defects"> {
  readonly about: "copy" | "lab";
  readonly schema: z.ZodType;
  readonly gather: (subject: never, wanted: never) => unknown;
  readonly defects: readonly AnyDefect[];
}

interface AnyDefect extends Omit<Defect<never, never, never>, "plant"> {
  readonly plant: (facts: never, wanted: never, subject: never) => unknown;
}
