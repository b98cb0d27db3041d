import type { AddressHolder, NodeStatus } from "./state.js";

/**
 * What is missing until the addresses have settled, in words, or undefined when they have. CTDB gives all addresses to
 * the first node that becomes healthy and spreads them over the others a second or so later. A client that connected in
 * between would see a failover that nobody asked for.
 *
 * `keepsAddresses` is for clusters that never spread them: NoIPFailback is set, or the user chose another
 * IPAllocAlgorithm than CTDB's.
 */
export function unsettled(
  nodes: readonly NodeStatus[],
  addresses: readonly AddressHolder[],
  keepsAddresses: boolean,
): string | undefined {
  const free = addresses.filter(({ pnn }) => pnn === null).map(({ address }) => address);
  if (addresses.length === 0) return "CTDB knows no public address";
  if (free.length > 0) return `nobody holds ${free.join(", ")}`;
  if (keepsAddresses) return undefined;
  const counts = nodes
    .filter(({ flags }) => flags.length === 0)
    .map(({ pnn }) => ({ pnn, count: addresses.filter((one) => one.pnn === pnn).length }))
    .sort((a, b) => a.count - b.count);
  const [least, most] = [counts[0], counts.at(-1)];
  if (least === undefined || most === undefined || most.count - least.count < 2) return undefined;
  const words = (count: number) => `${String(count)} address${count === 1 ? "" : "es"}`;
  return `pnn ${String(most.pnn)} holds ${words(most.count)} and pnn ${String(least.pnn)} ${words(least.count)}`;
}

/** Whether the user's tunables keep CTDB from spreading addresses evenly. */
export function keepsAddresses(tunables: Readonly<Record<string, number>>): boolean {
  return Object.entries(tunables).some(
    ([name, value]) =>
      (/^noipfailback$/i.test(name) && value !== 0) || (/^ipallocalgorithm$/i.test(name) && value !== 2),
  );
}
