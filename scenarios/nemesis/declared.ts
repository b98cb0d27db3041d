import { faultVerbs } from "../fault-verbs.js";
import type { AnyVerb } from "../scenario.js";

/** A fault as a nemesis is told of it: a step's verb and arguments. */
export interface DeclaredFault {
  readonly name: string;
  readonly verb: AnyVerb;
  readonly args: unknown;
}

/** What the schema has made of it: one verb's field among others. */
export function declaredFault(written: object): DeclaredFault {
  for (const [name, verb] of Object.entries<AnyVerb>(faultVerbs)) {
    if (name in written) return { name, verb, args: (written as Record<string, unknown>)[name] };
  }
  throw new Error("the schema let a fault without a verb pass");
}
