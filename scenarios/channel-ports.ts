import type { CopyEvent } from "../core/event.js";

/** The client's ports of the channels that its session has after these events, the one it connected by first. */
export function channelPorts(events: readonly CopyEvent[]): number[] {
  let open: number[] = [];
  for (const event of events) {
    if (event.type === "copy.connected" || event.type === "copy.session") open = [event.port];
    else if (event.type === "copy.channel" && event.what === "opened") open.push(event.port);
    else if (event.type === "copy.channel") open = open.filter((port) => port !== event.port);
  }
  return open;
}
