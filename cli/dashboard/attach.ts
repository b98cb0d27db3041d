import type { Event } from "../../core/event.js";
import type { EventLog } from "../../core/event-log.js";
import type { ShowOptions } from "../../dashboard/show.js";
import { showDashboard } from "../../dashboard/show.js";
import { followSource } from "../../dashboard/source/follow.js";
import type { Source } from "../../dashboard/source/source.js";
import { plainLine } from "../../reports/console.js";
import type { CliContext } from "../context.js";
import type { View } from "../view.js";
import { dashboardLooks } from "./flags.js";

/**
 * Shows what a command does on the dashboard. Whoever leaves it before the end, or interrupts the command, gets plain
 * lines for what comes then; `close` waits until the user has seen enough. Throws a UserError where there is no terminal.
 */
export function attachDashboard(log: EventLog, context: CliContext): View {
  const looks = dashboardLooks(context, { runs: "" });
  const shown = showLog(log, context, "watch", (source) => ({ ...looks, source }));
  return {
    close: async () => {
      try {
        await shown.left;
      } finally {
        shown.close();
      }
    },
  };
}

/** The same, with what is to be shown made of the log's own source. */
export function showLog(
  log: EventLog,
  { clock, out }: CliContext,
  mode: "watch" | "steer",
  options: (source: Source) => ShowOptions,
): { readonly left: Promise<void>; close(): void } {
  const waiting: Event[] = [];
  let left = false;
  const detach = log.subscribe((event) => {
    if (!left) {
      waiting.push(event);
      return;
    }
    const line = plainLine(event);
    if (line !== undefined) out.write(`${line}\n`);
  });
  const source = followSource({ read: () => waiting.splice(0), clock, mode, judge: () => "alive" });
  const shown = showDashboard(options(source)).finally(() => {
    left = true;
  });
  // What goes wrong with the picture is told when the run is over: it must not end it.
  shown.catch(() => undefined);
  return { left: shown, close: detach };
}
