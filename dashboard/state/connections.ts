import type { Event } from "../../core/event.js";
import type { Connection } from "./state.js";

/** By copy: to which address its client is connected. */
export function foldConnections(
  connections: ReadonlyMap<string, Connection>,
  event: Event,
): ReadonlyMap<string, Connection> {
  if (event.type === "copy.started") {
    const fresh: Connection = {
      ...{ client: event.client, address: undefined, state: "connecting", sinceMs: event.atMs },
      ...{ dialect: "", granted: undefined },
    };
    return new Map(connections).set(event.copy, fresh);
  }
  if (!("copy" in event) || !("clientMs" in event)) return connections;
  const known = connections.get(event.copy);
  const changed = known === undefined ? undefined : changes(event);
  if (known === undefined || changed === undefined) return connections;
  const moved = changed.state !== undefined && changed.state !== known.state;
  const next = { ...known, ...changed, sinceMs: moved ? event.clientMs : known.sinceMs };
  return new Map(connections).set(event.copy, next);
}

function changes(event: Extract<Event, { clientMs: number }>): Partial<Connection> | undefined {
  switch (event.type) {
    case "copy.connected":
      return { state: "connected", address: event.address, dialect: event.dialect };
    case "copy.session":
    case "copy.resumed":
      return { state: "connected", address: event.address };
    case "copy.opened":
    case "copy.reopened":
      return { granted: event.granted };
    case "copy.lost":
      return { state: "lost", address: event.address };
    case "copy.attempt":
      return { state: "connecting", address: event.address };
    case "copy.finished":
    case "copy.failed":
      return { state: "over" };
    default:
      return undefined;
  }
}
