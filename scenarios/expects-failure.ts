import { gradesFor } from "./checks/grade.js";
import type { CopyRun } from "./copy-run.js";
import type { RunContext } from "./scenario.js";

/** Whether the scenario expects a workload to fail: an `expect` of it has the grade G0 among those it asks for. */
export function expectsFailure(
  { id, client }: Pick<CopyRun, "id" | "client">,
  { scenario, spec }: Pick<RunContext, "scenario" | "spec">,
): boolean {
  const kind = spec.clients.find(({ name }) => name === client)?.kind;
  return [...scenario.steps, ...scenario.always].some(({ verb, args }) => {
    if (verb.name !== "expect") return false;
    const { copy, grade } = args as { readonly copy?: string; readonly grade?: Parameters<typeof gradesFor>[0] };
    return (
      copy === id &&
      grade !== undefined &&
      (gradesFor(grade, { profile: spec.cluster.profile, kind })?.includes("G0") ?? false)
    );
  });
}
