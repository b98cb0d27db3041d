import type { Event } from "../../core/event.js";
import { frameOf } from "../frame.js";
import type { Size } from "../layout.js";
import { plainUi } from "../picture.js";
import { foldDashboard } from "../state/fold.js";
import { emptyDashboard } from "../state/state.js";
import type { Theme } from "../theme.js";

/** A frame of a recording, with its time in the recording. */
export interface CastFrame {
  readonly atMs: number;
  readonly text: string;
}

export interface CastOptions {
  readonly size: Size;
  readonly theme: Theme;
  readonly speed: number;
  /** Which part of the run, in milliseconds since it began. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly framesPerSecond: number;
}

/** Silence is cut to this: nobody looks for longer at a picture in which nothing happens. */
const SILENCE_MS = 1500;

/** The frames of a run as a replay shows them; of equal ones that follow each other the first. */
export function castFrames(events: readonly Event[], options: CastOptions): CastFrame[] {
  const { speed, fromMs, toMs, framesPerSecond, size, theme } = options;
  const beganMs = events[0]?.atMs ?? 0;
  const endMs = Math.min(beganMs + toMs, events.at(-1)?.atMs ?? beganMs);
  const stepMs = (1000 / framesPerSecond) * speed;
  const frames: CastFrame[] = [];
  let state = emptyDashboard;
  let at = 0;
  let castMs = 0;
  let heardMs = beganMs;
  for (let ms = beganMs + fromMs; ms < endMs + stepMs; ms += stepMs) {
    const nowMs = Math.min(ms, endMs);
    for (let event = events[at]; event !== undefined && event.atMs <= nowMs; event = events[at]) {
      state = foldDashboard(state, event);
      heardMs = event.atMs;
      at++;
    }
    if (nowMs - heardMs > SILENCE_MS * speed && nowMs < endMs) continue;
    const text = frameOf({ state, nowMs, feed: { is: "recording" }, mode: "replay", ui: plainUi, size, theme });
    if (frames.at(-1)?.text !== text) frames.push({ atMs: castMs, text });
    castMs += 1000 / framesPerSecond;
  }
  return frames;
}
