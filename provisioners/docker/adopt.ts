import { ToolError } from "../../core/errors.js";
import { specHash } from "../../core/hash.js";
import type { ObjectSpec } from "../../topologies/objects.js";
import { type Labels, nameOf, readLabels } from "./labels.js";

/**
 * Decides about an object that already has the name we want: it is ours and as specified (a command that was killed
 * made it), or it is an error. Nothing of a stranger's is ever taken over.
 */
export function adoptOrRefuse(spec: ObjectSpec, noun: string, labels: Labels | null | undefined): void {
  const found = readLabels(labels ?? {});
  const name = nameOf(spec);
  if (found?.lab !== spec.lab || found.id !== spec.id) {
    throw new ToolError({
      code: "object/foreign",
      message: `could not create ${noun} ${name}: one of that name exists and is not this lab's`,
      hint: "remove it by hand if nobody needs it, or give the topology another name",
    });
  }
  if (found.specHash !== specHash(spec)) {
    throw new ToolError({
      code: "object/changed",
      message: `could not create ${noun} ${name}: one of that name exists, made to another specification`,
      hint: `\`plugfest down ${spec.lab}\` removes it`,
    });
  }
}
