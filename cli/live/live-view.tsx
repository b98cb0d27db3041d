import { render } from "ink";
import type { ReactNode } from "react";
import { useSyncExternalStore } from "react";
import type { Event } from "../../core/event.js";
import type { Clock } from "../../core/clock.js";
import { emptyRun, foldRun } from "../../reports/run-state.js";
import type { RunState } from "../../reports/run-state.js";
import { RunView } from "./run-view.js";

/** At most this often a new picture is shown: a copy reports twenty times a second, and eyes need fewer. */
const FRAME_MS = 100;

/** Shows a run on a terminal while it happens; `close` leaves the last picture standing. */
export function startLiveView(
  out: NodeJS.WriteStream,
  clock: Clock,
): {
  readonly show: (event: Event) => void;
  readonly close: () => void;
} {
  const store = createStore(clock);
  const App = (): ReactNode => {
    const run = useSyncExternalStore(store.subscribe, store.get);
    return <RunView run={run} columns={Math.max(40, (out.columns || 80) - 1)} />;
  };
  // Ctrl-C is the command's business: it cleans up, which a view cannot.
  const screen = render(<App />, { stdout: out, exitOnCtrlC: false, patchConsole: false });
  return {
    show: store.push,
    close: () => {
      store.flush();
      screen.unmount();
    },
  };
}

/** Holds the folded state and tells the view about it no more often than frames are due. */
function createStore(clock: Clock) {
  let state: RunState = emptyRun;
  let shown: RunState = emptyRun;
  let shownMs = 0;
  const listeners = new Set<() => void>();
  const publish = () => {
    shown = state;
    shownMs = clock.now();
    for (const listener of listeners) listener();
  };
  return {
    get: () => shown,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    push: (event: Event) => {
      state = foldRun(state, event);
      if (clock.now() - shownMs >= FRAME_MS || event.type === "run.finished") publish();
    },
    flush: publish,
  };
}
