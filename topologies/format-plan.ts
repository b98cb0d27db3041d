import type { Action, Plan } from "./plan.js";

const signs: Readonly<Record<Action["op"], string>> = { create: "+", keep: "=", remove: "-" };

/**
 * A plan for people, one action a line and the sum, without a newline at its end:
 *
 *     - remove  node/node1 (old)  it stopped: Exited (137)
 *     + create  node/node1        it stopped: Exited (137)
 *     1 to create, 0 to keep, 1 to remove
 */
export function formatPlan({ actions }: Plan): string {
  const width = Math.max(0, ...actions.map(({ id }) => id.length));
  const lines = actions.map(({ op, id, reason }) => `${signs[op]} ${op.padEnd(6)}  ${id.padEnd(width)}  ${reason}`);
  const count = (wanted: Action["op"]) => String(actions.filter(({ op }) => op === wanted).length);
  return [...lines, `${count("create")} to create, ${count("keep")} to keep, ${count("remove")} to remove`].join("\n");
}
