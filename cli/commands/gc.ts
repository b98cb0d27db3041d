import { UserError } from "../../core/errors.js";
import { EventLog } from "../../core/event-log.js";
import { parseDuration } from "../../core/size.js";
import { gc as sweep } from "../../lab/gc.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { openEngine } from "../open.js";

/** Removes what dead commands left. */
export async function gc(
  context: CliContext,
  options: { readonly olderThan?: string; readonly json?: boolean },
): Promise<number> {
  const olderThanMs = options.olderThan === undefined ? undefined : duration(options.olderThan);
  const { provisioner } = await openEngine(context, { mayStart: false });
  const { clock, signal } = context;
  const { emit } = new EventLog(clock);
  const swept = await sweep({
    provisioner,
    emit,
    clock,
    signal,
    ...(olderThanMs === undefined ? {} : { olderThanMs }),
  });
  if (options.json) context.out.write(`${JSON.stringify(swept)}\n`);
  else if (swept.length === 0) context.out.write("nothing to remove\n");
  for (const { lab, objects, reason } of options.json ? [] : swept) {
    context.out.write(`removed lab ${lab} (${String(objects)} objects): ${reason}\n`);
  }
  return exitCode.pass;
}

function duration(text: string): number {
  const parsed = parseDuration(text);
  if (parsed.ok) return parsed.value;
  const { message, hint } = parsed;
  throw new UserError([
    { code: "cli/bad-duration", severity: "error", message: `--older-than: ${message}`, ...(hint ? { hint } : {}) },
  ]);
}
