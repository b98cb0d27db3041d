import { accessSync, constants, existsSync } from "node:fs";
import { ToolError } from "../../core/errors.js";
import type { LabSpec } from "../../topologies/spec.js";

/** Why this process cannot have virtual machines, and what to do. */
export interface LackOfRights {
  readonly why: string;
  readonly hint: string;
}

const tun = "/dev/net/tun";

/** Whether QEMU can be put on networks: undefined where it can. Who makes its taps is another matter. */
export function lackOfTaps(): LackOfRights | undefined {
  if (!existsSync(tun)) {
    const hint = "load its module (modprobe tun); in a container, give it by `--device /dev/net/tun`";
    return { why: `their links are taps, and there is no ${tun}`, hint };
  }
  try {
    accessSync(tun, constants.R_OK | constants.W_OK);
    return undefined;
  } catch {
    return { why: `their links are taps, and this user may not use ${tun}`, hint: `chmod 666 ${tun}, as udev does` };
  }
}

/** Whether this process can have the virtual machines of a lab: undefined where it can. */
export function lackOfRights({ nodes }: Pick<LabSpec, "nodes">, user = process.geteuid?.()): LackOfRights | undefined {
  const lack = lackOfTaps();
  if (lack !== undefined || user === 0 || !nodes.some(({ runtime }) => runtime === "qemu")) return lack;
  return {
    why: "what nodes share is the engine's volume, which only root may open",
    hint: "run plugfest as root (sudo), or have containers as nodes: clients can be virtual machines all the same",
  };
}

/** Before an image is built for minutes whose machine could not start. */
export function requireRights(lab: Pick<LabSpec, "nodes">, user?: number): void {
  const lack = lackOfRights(lab, user);
  if (lack === undefined) return;
  throw new ToolError({
    code: "machine/no-rights",
    message: `there are virtual machines in the topology, and they cannot be started: ${lack.why}`,
    hint: `${lack.hint}; \`runtime: docker\` takes containers, which need no more than the engine`,
  });
}
