import type { Shape } from "./provisioner.js";

/**
 * The arguments of `tc qdisc … root` that make an interface send like this (tc-netem(8), tc-tbf(8)). netem has a rate of
 * its own; where only that is wanted, tbf does it, for more kernels have it.
 */
export function queueing({ rate, ...netem }: Shape): string[] {
  const { delayMs, loss, corrupt, reorder } = netem;
  if (!needsNetem(netem)) {
    return rate === undefined ? [] : ["tbf", "rate", bits(rate), "burst", String(burst(rate)), "latency", "100ms"];
  }
  return [
    "netem",
    ...(rate === undefined ? [] : ["rate", bits(rate)]),
    ...(delayMs === undefined ? [] : ["delay", `${String(delayMs)}ms`]),
    ...share("loss", loss),
    ...share("corrupt", corrupt),
    ...share("reorder", reorder),
  ];
}

/** Whether it does more to packets than to make them wait for their turn. */
export function needsNetem({ delayMs, loss, corrupt, reorder }: Shape): boolean {
  return [delayMs, loss, corrupt, reorder].some((value) => value !== undefined);
}

function share(name: string, value: number | undefined): string[] {
  return value === undefined ? [] : [name, `${String(Number((value * 100).toFixed(4)))}%`];
}

function bits(bytesPerSecond: number): string {
  return `${String(bytesPerSecond * 8)}bit`;
}

/** What may go at once: a segment as large as the kernel makes them must fit, or it never goes. */
function burst(bytesPerSecond: number): number {
  return Math.max(128 * 1024, Math.ceil(bytesPerSecond / 100));
}
