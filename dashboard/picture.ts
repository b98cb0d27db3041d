import type { DashboardState, TailKind } from "./state/state.js";
import type { Size } from "./layout.js";
import type { Mode } from "./mode.js";
import type { Theme } from "./theme.js";

/** Everything that a frame is drawn from: the same picture gives the same frame, live or replayed. */
export interface Picture {
  readonly state: DashboardState;
  /** The moment that is shown: the clock's when live, the run's own in a replay. */
  readonly nowMs: number;
  readonly feed: Feed;
  readonly mode: Mode;
  readonly ui: Ui;
  readonly size: Size;
  readonly theme: Theme;
}

/** Where the events come from, and how that stands. */
export type Feed =
  | {
      readonly is: "live";
      /** How late the newest event was here; undefined before the first. */
      readonly lagMs: number | undefined;
      /** What became of the process that writes them, once it is gone. */
      readonly ended: string | undefined;
    }
  | {
      readonly is: "replay";
      readonly speed: number;
      readonly paused: boolean;
      readonly at: number;
      readonly of: number;
    }
  /** A file that is looked at, not sat before: it has nothing to say of itself, and takes no keys. */
  | { readonly is: "recording" };

/** What the user has chosen to see. */
export interface Ui {
  /** Which node keys act on. */
  readonly selected: number;
  readonly overlay: Overlay;
  readonly filter: TailFilter;
}

export type TailFilter = TailKind | "all";

export type Overlay =
  | { readonly is: "nothing" }
  | { readonly is: "help" }
  /** What a key is about to do, and what that will do to addresses and clients. */
  | { readonly is: "confirm"; readonly title: string; readonly consequences: readonly string[] }
  | { readonly is: "choose"; readonly title: string; readonly items: readonly string[]; readonly at: number }
  /** `back`: so many lines from its end. */
  | { readonly is: "log"; readonly title: string; readonly lines: readonly string[]; readonly back: number }
  /** Something to be told until the next key. */
  | { readonly is: "told"; readonly lines: readonly string[] };

export const plainUi: Ui = { selected: 0, overlay: { is: "nothing" }, filter: "all" };
