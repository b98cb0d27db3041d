import { accessSync, constants, existsSync } from "node:fs";
import { ToolError } from "../../core/errors.js";

/** Why this process cannot put virtual machines on the networks of labs, and what to do. */
export interface LackOfTaps {
  readonly why: string;
  readonly hint: string;
}

const tun = "/dev/net/tun";

/** Whether QEMU can be put on networks: undefined where it can. Who makes its taps is another matter. */
export function lackOfTaps(): LackOfTaps | undefined {
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

/** Before an image is built for minutes whose machine could not start. */
export function requireTaps(): void {
  const lack = lackOfTaps();
  if (lack === undefined) return;
  throw new ToolError({
    code: "machine/no-taps",
    message: `there are virtual machines in the topology, and they cannot be started: ${lack.why}`,
    hint: `${lack.hint}; \`runtime: docker\` takes containers, which need no more than the engine`,
  });
}
