import { shippedTopologies } from "../../topologies/load.js";
import { asset } from "../../core/paths.js";
import { ToolError } from "../../core/errors.js";
import { labsOf } from "../../lab/list.js";
import type { CliContext } from "../context.js";
import { openEngine } from "../open.js";

/** The topology that a lab which is up was made from, as a file or a shipped name; undefined where there is no such lab. */
export async function sourceOf(lab: string, context: CliContext): Promise<string | undefined> {
  try {
    const { provisioner } = await openEngine(context, { mayStart: false });
    const labs = labsOf(await provisioner.observe({ lab }, context.signal));
    const source = labs.find(({ complete }) => complete)?.source ?? "";
    const shipped = shippedTopologies().find((name) => asset("topologies", "library", `${name}.yaml`) === source);
    return shipped ?? (source === "" ? undefined : source);
  } catch (error) {
    // Without an engine there is no lab.
    if (error instanceof ToolError && error.failure.code === "engine/none") return undefined;
    throw error;
  }
}
