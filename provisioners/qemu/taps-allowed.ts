import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { ToolError } from "../../core/errors.js";

/** Why this process cannot put virtual machines on the networks of labs, and what to do. */
export interface LackOfTaps {
  readonly why: string;
  readonly hint: string;
}

/** The bit of CAP_NET_ADMIN in the masks of /proc/PID/status (capabilities(7)). */
const netAdmin = 12n;

const tun = "/dev/net/tun";

/** Whether this process can put virtual machines on networks: undefined where it can. */
export function lackOfTaps(): LackOfTaps | undefined {
  if (!mayAdminister()) {
    const isRoot = process.getuid?.() === 0;
    const why = "their links are taps on the lab's bridges, which takes the capability CAP_NET_ADMIN";
    return { why, hint: isRoot ? "in a container, give it by `--cap-add NET_ADMIN`" : "run plugfest as root (sudo)" };
  }
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
    message: `there are virtual machines in the topology, and this process cannot start them: ${lack.why}`,
    hint: `${lack.hint}; \`runtime: docker\` takes containers, which need no more than the engine`,
  });
}

function mayAdminister(): boolean {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
  return ((BigInt(`0x${mask}`) >> netAdmin) & 1n) === 1n;
}
