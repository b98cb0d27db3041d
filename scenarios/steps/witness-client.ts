import type { Complaint, StepScope } from "../scenario.js";
import { checkClient } from "./machine.js";

/** Complains about a client that is not in the topology, or does not register with the witness. */
export function checkWitnessClient(name: string, path: readonly string[], scope: StepScope): Complaint[] {
  const unknown = checkClient(name, path, scope);
  if (unknown.length > 0) return unknown;
  const { spec } = scope;
  if (!spec.cluster.witness) {
    const message = `topology "${spec.name}" has no witness`;
    const hint = "write witness: true below cluster and below the client (Samba 4.20 and later)";
    return [{ path, code: "scenario/no-witness", message, hint }];
  }
  if (spec.clients.some((client) => client.name === name && client.witness)) return [];
  const message = `client "${name}" does not register with the witness`;
  return [{ path, code: "scenario/no-witness", message, hint: "write witness: true below the client in the topology" }];
}
