import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ToolError } from "../../core/errors.js";
import type { NodeAction } from "../../dashboard/keys.js";
import type { Steering } from "../../dashboard/steering.js";
import type { Provisioner } from "../../provisioners/provisioner.js";
import type { HandSession } from "../../scenarios/by-hand/session.js";
import { loadScenario, shippedScenarios } from "../../scenarios/load.js";
import type { LabSpec } from "../../topologies/spec.js";
import type { CliContext } from "../context.js";
import { shellOn } from "./shell.js";

const LOG_BYTES = 128 * 1024;

/** Copies to choose from: slow ones leave time to press keys. */
const COPIES = [
  { text: "64 MiB at 4 MiB/s: 16 s", amount: { size: "64MiB", rate: "4MiB" } },
  { text: "256 MiB at 8 MiB/s: 32 s", amount: { size: "256MiB", rate: "8MiB" } },
  { text: "1 GiB, as fast as it goes", amount: { size: "1GiB" } },
  { text: "4.7 GB, as fast as it goes: a DVD", amount: { size: "4.7GB" } },
] as const;

/** The step that a key stands for, and its arguments as a scenario writes them. */
function stepOf(action: Exclude<NodeAction, "heal">, node: string, spec: LabSpec): readonly [string, unknown] {
  switch (action) {
    case "ban":
      return ["ban", { nodes: node, for: "20s" }];
    case "kill":
      return ["kill", { process: "ctdbd", on: node }];
    case "hang":
      return ["freeze", node];
    case "cut":
      return ["cut", `${node}/${spec.cluster.publicNetwork}`];
    default:
      return [action, node];
  }
}

/** What the dashboard's keys do in a lab, by a session's steps. */
export function steeringOf(of: {
  readonly session: HandSession;
  readonly spec: LabSpec;
  readonly provisioner: Provisioner;
  readonly context: CliContext;
}): Steering {
  const { session, spec, provisioner, context } = of;
  const scenarios = shippedScenarios();
  return {
    act: async (action, node) => {
      if (action !== "heal") {
        await session.act(...stepOf(action, node, spec), node);
        return;
      }
      if (await session.heal(node)) return;
      const hint = "what is disabled, stopped or banned otherwise comes back by enable, continue or in time";
      throw new ToolError({
        code: "run/nothing-to-heal",
        message: `nothing of this session is in force on ${node}`,
        hint,
      });
    },
    copies: COPIES.map(({ text }) => text),
    startCopy: (at) => {
      const [client] = spec.clients;
      const [share] = spec.cluster.shares;
      const chosen = COPIES[at];
      if (client === undefined || share === undefined || chosen === undefined) return;
      session.startCopy({ from: client.name, share: share.name, ...chosen.amount });
    },
    scenarios,
    startScenario: (at) => {
      const name = scenarios[at];
      if (name !== undefined) session.startScenario(loadScenario(name, context.cwd));
      return Promise.resolve();
    },
    logs: async (node) => {
      const log = await provisioner.logs(spec.name, node, { tailBytes: LOG_BYTES });
      return log.toString("utf8").trimEnd().split("\n");
    },
    shell: (node) => shellOn(provisioner.connect(spec.name, node), context),
    save: () => {
      const file = freeName(context);
      writeFileSync(join(context.cwd, file), session.text(), { flag: "wx" });
      return [`saved as ${file}`, `plugfest run ./${file} does the same again`];
    },
  };
}

function freeName({ clock }: CliContext): string {
  const time = new Date(clock.now()).toISOString().slice(0, 19).replaceAll(":", "-");
  return `by-hand-${time}.yaml`;
}
