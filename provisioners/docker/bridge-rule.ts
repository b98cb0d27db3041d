import { readFileSync } from "node:fs";
import { execa } from "execa";

/** The names of plugfest's bridges begin so; 12 hex digits follow, which fills IFNAMSIZ. */
export const bridgePrefix = "pf-";

const rule = ["FORWARD", "-i", `${bridgePrefix}+`, "-o", `${bridgePrefix}+`];
const target = (comment: string) => ["-m", "comment", "--comment", comment, "-j", "ACCEPT"];

/**
 * Where br_netfilter shows bridged frames to iptables, and FORWARD drops what it does not know (another Docker engine
 * or ufw sets it so), a lab's own traffic on its own bridges needs one rule. Elsewhere nothing is touched. The comment
 * tells one engine's rule from another's.
 */
export async function allowBridgedTraffic(
  comment: string,
): Promise<"not needed" | "present" | "added" | "no iptables"> {
  if (!bridgedFramesPassIptables()) return "not needed";
  const policy = await iptables("-S", "FORWARD");
  if (policy === undefined) return "no iptables";
  if (!policy.includes("-P FORWARD DROP")) return "not needed";
  if (policy.includes(comment)) return "present";
  await iptables("-I", ...rule, ...target(comment));
  return "added";
}

export async function withdrawBridgeRule(comment: string): Promise<void> {
  while ((await iptables("-D", ...rule, ...target(comment))) !== undefined);
}

function bridgedFramesPassIptables(): boolean {
  try {
    return readFileSync("/proc/sys/net/bridge/bridge-nf-call-iptables", "utf8").trim() === "1";
  } catch {
    return false;
  }
}

/** Its output, or undefined when it failed or is not installed. */
async function iptables(...args: string[]): Promise<string | undefined> {
  const result = await execa("iptables", ["--wait", "5", ...args], { reject: false, stdin: "ignore" });
  return result.exitCode === 0 ? result.stdout : undefined;
}
