import type { EventLog } from "../core/event-log.js";
import { plainLine } from "../reports/console.js";
import type { CliContext } from "./context.js";

export interface View {
  close(): void | Promise<void>;
}

/**
 * How a command's events are shown: as JSON lines with `--json`, drawn on a terminal, else as plain lines.
 */
export async function attachView(
  log: EventLog,
  context: CliContext,
  options: { readonly json: boolean },
): Promise<View> {
  const { out } = context;
  if (options.json) {
    const detach = log.subscribe((event) => out.write(`${JSON.stringify(event)}\n`));
    return { close: detach };
  }
  if (out.isTTY && !context.env["CI"]) {
    const { startLiveView } = await import("./live/live-view.js");
    const view = startLiveView(out, context.clock);
    const detach = log.subscribe(view.show);
    return {
      close: () => {
        detach();
        view.close();
      },
    };
  }
  const detach = log.subscribe((event) => {
    const line = plainLine(event);
    if (line !== undefined) out.write(`${line}\n`);
  });
  return { close: detach };
}
