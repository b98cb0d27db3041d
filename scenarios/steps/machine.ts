import { cannot } from "../../clients/abilities.js";
import type { Ability } from "../../clients/abilities.js";
import { suggestHint } from "../../core/suggest.js";
import type { Complaint, StepScope } from "../scenario.js";

/** Complains about a name that is that of no machine of the topology. */
export function checkMachine(name: string, path: readonly string[], { spec }: StepScope): Complaint[] {
  const names = [...spec.nodes, ...spec.servers, ...spec.clients].map((machine) => machine.name);
  return complainUnless(
    names,
    name,
    path,
    "scenario/unknown-node",
    `no node or client "${name}" in topology "${spec.name}"`,
  );
}

/** Complains about a name that is not a client of the topology. */
export function checkClient(name: string, path: readonly string[], { spec }: StepScope): Complaint[] {
  const names = spec.clients.map((client) => client.name);
  return complainUnless(names, name, path, "scenario/unknown-client", `no client "${name}" in topology "${spec.name}"`);
}

/** What the client of a step is not able to do. */
export function checkAbility(name: string, does: Ability, path: readonly string[], { spec }: StepScope): Complaint[] {
  const kind = spec.clients.find((client) => client.name === name)?.kind;
  const why = kind === undefined ? undefined : cannot(kind, does);
  if (why === undefined) return [];
  const hint = "write a client of kind smb3";
  return [{ path, code: "scenario/client-cannot", message: `${name} is of kind ${kind ?? ""}: ${why}`, hint }];
}

/** Complains where a lab has no cluster that could be meant. */
export function checkHasCluster(path: readonly string[], { spec }: StepScope): Complaint[] {
  if (spec.nodes.length > 0) return [];
  return [{ path, code: "scenario/no-cluster", message: `topology "${spec.name}" has no cluster` }];
}

export function complainUnless(
  known: readonly string[],
  name: string,
  path: readonly (string | number)[],
  code: string,
  message: string,
): Complaint[] {
  if (known.includes(name)) return [];
  const hint = suggestHint(name, known);
  return [{ path, code, message, ...(hint === undefined ? {} : { hint }) }];
}
