import { failureOf, ToolError } from "../../core/errors.js";
import type { RunContext } from "../scenario.js";

/** What each node answered, or why it did not: that is unknown, and not the end of the run. */
export type PerNode<T> = ReadonlyMap<string, { readonly answer: T } | { readonly failed: string }>;

export async function askNodes<T>(context: RunContext, ask: (node: string) => Promise<T>): Promise<PerNode<T>> {
  const answers = new Map<string, { readonly answer: T } | { readonly failed: string }>();
  await Promise.all(
    context.spec.nodes.map(async ({ name }) => {
      try {
        answers.set(name, { answer: await ask(name) });
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        answers.set(name, { failed: failureOf(error).message });
      }
    }),
  );
  return new Map([...answers].toSorted(([one], [other]) => one.localeCompare(other)));
}

/** Why not every node answered, or undefined when each did. Of no node at all nothing is known. */
export function unanswered(answers: PerNode<unknown>): string | undefined {
  const silent = [...answers].flatMap(([node, found]) => ("failed" in found ? [`${node}: ${found.failed}`] : []));
  if (answers.size === 0) return "no node was asked";
  return silent.length === 0 ? undefined : silent.join("; ");
}

/** The answers of one node changed: the first for which `change` gives something. Undefined when it gives it for none. */
export function withAnswer<T>(
  answers: PerNode<T>,
  change: (answer: T, node: string) => T | undefined,
): PerNode<T> | undefined {
  for (const [node, found] of answers) {
    if ("failed" in found) continue;
    const answer = change(found.answer, node);
    if (answer !== undefined) return new Map([...answers, [node, { answer }]]);
  }
  return undefined;
}

/** One node does not answer. */
export function withoutAnswer<T>(answers: PerNode<T>): PerNode<T> | undefined {
  const [last] = [...answers.keys()].slice(-1);
  return last === undefined ? undefined : new Map([...answers, [last, { failed: "planted: timeout" }]]);
}
