import { readFileSync } from "node:fs";
import { execa } from "execa";
import { ToolError } from "../../core/errors.js";
import type { Stamp } from "../../topologies/objects.js";

/** Something to be done to the networks of this host. */
export interface Administration {
  /** Completes the sentence "could not …". */
  readonly what: string;
  /** For `sh -euc`; its arguments are `$1` and on. */
  readonly script: string;
  readonly args: readonly string[];
  /** Of the lab that it is done for. */
  readonly stamp: Stamp;
}

/** Does that, by whoever may; a ToolError where it fails. */
export type Administer = (administration: Administration) => Promise<void>;

/** The bit of CAP_NET_ADMIN in the masks of /proc/PID/status (capabilities(7)). */
const netAdmin = 12n;

/** Whether this process may administer networks itself: root may, if it is not one of a container or of a user's own. */
export function mayAdminister(): boolean {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
  return ((BigInt(`0x${mask}`) >> netAdmin) & 1n) === 1n;
}

/** For a process that may. */
export const administerHere: Administer = async ({ what, script, args }) => {
  const result = await execa("sh", ["-euc", script, "sh", ...args], { reject: false, stdin: "ignore" });
  if (!result.failed) return;
  throw new ToolError({
    ...{ code: "network/refused", message: `could not ${what}`, command: script.trim() },
    ...(result.exitCode !== undefined && { exit: result.exitCode }),
    stderrTail: (result.stderr === "" ? (result.shortMessage ?? "") : result.stderr).slice(-2000),
    hint: "`plugfest doctor` tells what this kernel can do to a network",
  });
};
