import type { Event } from "../../core/event.js";
import type { AddressMove, DashboardState, Failover, FailoverMoment } from "./state.js";

/** Follows the newest fault: what its consequences are, in the order in which plugfest hears of them. */
export function foldFailover(
  { failover, connections }: DashboardState,
  event: Event,
  moved: readonly AddressMove[],
): Failover | undefined {
  switch (event.type) {
    case "fault.started": {
      const copy = [...connections].find(([, { state }]) => state !== "over")?.[0];
      return {
        ...{ title: `${event.fault} ${event.nodes.join(", ")}`, atMs: event.atMs, copy },
        ...{ moments: [], phases: [], stallMs: undefined },
      };
    }
    case "cluster.state":
      return moved.reduce<Failover | undefined>(
        (now, { address, to, atMs }) =>
          withMoment(now, { name: to === null ? `${address} released` : `${address} taken by ${to}`, atMs }),
        failover,
      );
    case "copy.lost":
      return ofCopy(failover, event.copy, { name: "connection lost", atMs: event.clientMs });
    case "copy.session":
      return ofCopy(failover, event.copy, { name: "SMB session", atMs: event.clientMs });
    case "copy.reclaim": {
      const name = event.ok ? `handle reclaimed (${event.how})` : "reclaim refused";
      return ofCopy(failover, event.copy, { name, atMs: event.clientMs });
    }
    case "copy.reopened":
      return ofCopy(failover, event.copy, { name: "re-opened: a new handle", atMs: event.clientMs });
    case "copy.resumed":
      return ofCopy(failover, event.copy, { name: "first acknowledged write", atMs: event.clientMs });
    case "fault.healed":
      return withMoment(failover, { name: `healed: ${event.fault} ${event.nodes.join(", ")}`, atMs: event.atMs });
    case "phases":
      return failover === undefined || failover.phases.length > 0
        ? failover
        : { ...failover, copy: event.copy, phases: event.phases, stallMs: event.stallMs };
    default:
      return failover;
  }
}

function ofCopy(failover: Failover | undefined, copy: string, moment: FailoverMoment): Failover | undefined {
  return failover?.copy === undefined || failover.copy === copy ? withMoment(failover, moment) : failover;
}

/** The first of each name counts; so many are enough for any screen. */
function withMoment(failover: Failover | undefined, moment: FailoverMoment): Failover | undefined {
  if (failover === undefined || failover.moments.length >= 12) return failover;
  if (failover.moments.some(({ name }) => name === moment.name)) return failover;
  const moments = [...failover.moments, moment].sort((a, b) => a.atMs - b.atMs);
  return { ...failover, moments };
}
