import type { Event } from "../../core/event.js";
import { foldRun } from "../../reports/run-state.js";
import { foldConnections } from "./connections.js";
import { foldFailover } from "./failover.js";
import { foldHistories } from "./histories.js";
import { movesOf } from "./moves.js";
import type { DashboardState } from "./state.js";
import { emptyDashboard } from "./state.js";
import { foldTail } from "./tail.js";

/** The next state. Each part of the screen has a fold of its own, which sees the state before the event. */
export function foldDashboard(state: DashboardState, event: Event): DashboardState {
  const moved = event.type === "cluster.state" ? movesOf(state.run.addresses, event.addresses, event.atMs) : [];
  return {
    run: foldRun(state.run, event),
    owner: event.type === "run.started" ? event.owner : state.owner,
    labGone: event.type === "lab.removed" || (state.labGone && event.type !== "lab.ready"),
    moves:
      moved.length === 0
        ? state.moves
        : [...state.moves.filter(({ address }) => moved.every((move) => move.address !== address)), ...moved],
    vitals: event.type === "node.vitals" ? new Map(state.vitals).set(event.node, event) : state.vitals,
    connections: foldConnections(state.connections, event),
    histories: foldHistories(state.histories, event),
    failover: foldFailover(state, event, moved),
    tail: foldTail(state.tail, event, moved),
  };
}

/** The state after all these events. */
export function foldAll(events: Iterable<Event>): DashboardState {
  let state = emptyDashboard;
  for (const event of events) state = foldDashboard(state, event);
  return state;
}
