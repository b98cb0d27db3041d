import type { Complaint, StepScope } from "../scenario.js";
import type { DeclaredFault } from "./declared.js";
import { countOf, takesOf, withNode } from "./takes.js";
import type { Takes } from "./takes.js";

/** What a fault of this lab takes. */
export function takesIn({ args }: DeclaredFault, { spec }: Pick<StepScope, "spec">): Takes {
  const namesOf = (machines: readonly { readonly name: string }[]) => machines.map(({ name }) => name);
  return takesOf(args, { nodes: namesOf(spec.nodes), clients: namesOf(spec.clients) });
}

/** What the fault's own verb complains about. With `node`, `any` may be written, and stands for it. */
export function checkFault(
  { name, verb, args }: DeclaredFault,
  path: Complaint["path"],
  scope: StepScope,
  node: string | null,
): Complaint[] {
  const complaints = verb.check(withNode(args, node) as never, scope);
  return complaints.map((complaint) => ({ ...complaint, path: [...path, name, ...complaint.path] }));
}

/** A cluster without nodes proves nothing. */
export function checkDown(down: number, { spec }: StepScope): Complaint[] {
  const { length } = spec.nodes;
  if (down < length) return [];
  const message = `nobody is left to serve when ${String(down)} of ${String(length)} nodes are down at once`;
  return [
    {
      path: ["down"],
      code: "scenario/nobody-left",
      message,
      ...(length > 1 && { hint: `write at most ${String(length - 1)}` }),
    },
  ];
}

/** Faults that need more room than there is at their moment, `out` being what is down by others then. */
export function checkRoom(
  fault: DeclaredFault,
  path: Complaint["path"],
  scope: StepScope,
  { down, out }: { readonly down: number; readonly out: number },
): Complaint[] {
  const count = countOf(takesIn(fault, scope)) + out;
  if (count <= down) return [];
  const message = `takes the nodes that are down at once to ${String(count)}, and \`down\` is ${String(down)}`;
  return [{ path: [...path, fault.name], code: "scenario/too-many-down", message }];
}
