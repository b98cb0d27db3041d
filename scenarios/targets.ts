import { ToolError } from "../core/errors.js";
import { suggestHint } from "../core/suggest.js";
import type { Complaint, RunContext, StepScope } from "./scenario.js";

/**
 * Which nodes a step means: `node2`, a list, `all`, or `serving(dvd)`: the node that holds the address which the
 * client of that copy is connected to at that moment.
 */
export type Target = string | readonly string[];

const SERVING = /^serving\(([^()]+)\)$/;

export function checkTarget(target: Target, scope: StepScope): Complaint[] {
  const names = scope.spec.nodes.map((node) => node.name);
  const complaints: Complaint[] = [];
  const each = typeof target === "string" ? [[target, []] as const] : target.map((name, at) => [name, [at]] as const);
  for (const [name, path] of each) {
    const copy = servedCopy(name);
    if (copy !== undefined) {
      if (!scope.copies.includes(copy)) {
        complaints.push({
          path,
          code: "scenario/unknown-copy",
          message: `no copy "${copy}" is started before this step`,
          ...hintOf(copy, scope.copies),
        });
      }
    } else if (name !== "all" && !names.includes(name)) {
      complaints.push({
        path,
        code: "scenario/unknown-node",
        message: `no node "${name}" in topology "${scope.spec.name}"`,
        ...hintOf(name, [...names, "all"]),
      });
    }
  }
  return complaints;
}

/** The nodes meant, at this moment. `serving` says whether the target was asked for as the server of a copy. */
export async function resolveTarget(target: Target, context: RunContext): Promise<string[]> {
  const names = typeof target === "string" ? [target] : target;
  const resolved: string[] = [];
  for (const name of names) {
    const copy = servedCopy(name);
    if (name === "all") resolved.push(...context.spec.nodes.map((node) => node.name));
    else if (copy !== undefined) resolved.push(await servingNode(copy, context));
    else resolved.push(name);
  }
  return [...new Set(resolved)];
}

/** The copy that `serving(<copy>)` is about; undefined for other words. */
export function servedCopy(word: string): string | undefined {
  return SERVING.exec(word)?.[1];
}

/** The node that serves a copy now: the holder of the address its client is connected to. */
export async function servingNode(copy: string, context: RunContext): Promise<string> {
  const address = context.copies.get(copy)?.address;
  const holder = address === undefined ? undefined : await context.cluster.holderOf(address);
  if (holder === undefined) {
    throw new ToolError({
      code: "scenario/nobody-serves",
      message: `serving(${copy}): ${address === undefined ? "its client is not connected" : `nobody holds ${address}`}`,
      hint: "the step came before the copy began or after it ended; look at the copy's events in the run folder",
    });
  }
  return holder;
}

export function describeTarget(target: Target): string {
  return typeof target === "string" ? target : target.join(", ");
}

function hintOf(word: string, known: readonly string[]): { hint?: string } {
  const hint = suggestHint(word, known);
  return hint === undefined ? {} : { hint };
}
