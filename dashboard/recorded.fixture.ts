import type { Event } from "../core/event.js";
import { readEvents } from "../core/event-log.js";
import { asset } from "../core/paths.js";
import { foldAll } from "./state/fold.js";
import type { Picture } from "./picture.js";
import { plainUi } from "./picture.js";
import { themes } from "./theme.js";

/** A real run of redmond-failover with 128 MiB; reports of progress were thinned, and what no screen shows left out. */
export const recorded: readonly Event[] = readEvents(asset("dashboard", "real-run.fixture.jsonl"));

const beganMs = recorded[0]?.atMs ?? 0;

/** What the dashboard shows so long after the run began. */
export function pictureAt(ms: number, columns: number, rows: number, more: Partial<Picture> = {}): Picture {
  const nowMs = beganMs + ms;
  return {
    state: foldAll(recorded.filter(({ atMs }) => atMs <= nowMs)),
    nowMs,
    feed: { is: "live", lagMs: 12, ended: undefined },
    ...{ mode: "watch", ui: plainUi, theme: themes.dark, size: { columns, rows } },
    ...more,
  };
}
