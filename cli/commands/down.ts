import { EventLog } from "../../core/event-log.js";
import { down as remove } from "../../lab/down.js";
import { labsOf } from "../../lab/list.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { openEngine } from "../open.js";
import { attachView } from "../view.js";

/** Removes a lab. One that does not exist is removed already, and said so. */
export async function down(context: CliContext, lab: string, options: { readonly json?: boolean }): Promise<number> {
  const { provisioner } = await openEngine(context, { mayStart: false });
  context.onSecondInterrupt(`plugfest down ${lab}`);
  const log = new EventLog(context.clock);
  const view = await attachView(log, context, { json: options.json === true });
  try {
    const objects = await remove(lab, { provisioner, emit: log.emit, signal: context.signal });
    if (objects === 0 && options.json !== true) {
      const others = labsOf(await provisioner.observe({})).map((one) => one.lab);
      context.err.write(`there is no lab ${lab}${others.length === 0 ? "" : `; there are: ${others.join(", ")}`}\n`);
    }
    return exitCode.pass;
  } finally {
    await view.close();
  }
}
