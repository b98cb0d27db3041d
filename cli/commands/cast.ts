import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { ToolError } from "../../core/errors.js";
import type { CliContext } from "../context.js";
import type { CastFlags } from "../dashboard/cast-flags.js";
import { castOptions } from "../dashboard/cast-flags.js";
import { exitCode } from "../exit-code.js";
import { eventsOf, recordedRun, withRunFolder } from "../recorded-run.js";

/** Writes what the dashboard shows of a run as files: a recording and an animation, or a picture of one moment. */
export async function cast(context: CliContext, path: string, flags: CastFlags): Promise<number> {
  const { isStill, ...options } = castOptions(flags, context.env);
  // Files have no terminal that could be asked for its colours; the renderer asks when it is loaded, which is only now.
  context.env["FORCE_COLOR"] = "1";
  const { castFrames } = await import("../../dashboard/cast/frames.js");
  const { asciicast } = await import("../../dashboard/cast/asciicast.js");
  const { castSvg } = await import("../../dashboard/cast/svg.js");
  const files = await withRunFolder(recordedRun(path, context.cwd), (folder) => {
    const events = eventsOf(folder);
    const started = events.find((event) => event.type === "run.started");
    const title = started === undefined ? "plugfest" : `${started.scenario} on ${started.topology}`;
    const frames = castFrames(events, options);
    const name = flags.out ?? started?.scenario ?? "plugfest";
    const { size } = options;
    return Promise.resolve([
      ...(isStill
        ? []
        : [{ file: `${name}.cast`, text: asciicast(frames, { size, title, startedMs: events[0]?.atMs ?? 0 }) }]),
      { file: `${name}.svg`, text: castSvg(isStill ? frames.slice(-1) : frames, { size, title }) },
    ]);
  });
  for (const { file, text } of files) write(resolve(context.cwd, file), text);
  const names = files.map(({ file }) => file);
  context.out.write(flags.json === true ? `${JSON.stringify({ files: names })}\n` : `${names.join("\n")}\n`);
  return exitCode.pass;
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    const message = `${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new ToolError({ code: "cli/not-written", message, hint: "give another place with --out" }, { cause });
  }
}
