import { UserError } from "../../core/errors.js";
import { stateFolder } from "../../core/paths.js";
import { suggestHint } from "../../core/suggest.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { openEngine } from "../open.js";

type Action = (context: CliContext) => Promise<Readonly<Record<string, unknown>>>;

const actions: Readonly<Record<string, Action>> = { status, start, stop };

/** The engine in use; start and stop concern plugfest's own alone. */
export async function engine(
  context: CliContext,
  action: string,
  options: { readonly json?: boolean },
): Promise<number> {
  const act = actions[action];
  if (act === undefined) {
    const hint = suggestHint(action, Object.keys(actions)) ?? "status, start or stop";
    throw new UserError([{ code: "cli/unknown-action", severity: "error", message: `no action "${action}"`, hint }]);
  }
  const said = await act(context);
  const text = options.json
    ? JSON.stringify(said)
    : Object.entries(said)
        .map(([key, value]) => `${key.padEnd(9)} ${String(value)}`)
        .join("\n");
  context.out.write(`${text}\n`);
  return exitCode.pass;
}

async function status(context: CliContext) {
  const { engine: found } = await openEngine(context, { mayStart: false });
  return { engine: found.title, origin: found.origin, version: found.version, api: found.api };
}

async function start(context: CliContext) {
  const { startEmbeddedEngine } = await import("../../provisioners/docker/embedded-engine.js");
  const { env, clock, signal } = context;
  const { files, started } = await startEmbeddedEngine({ stateFolder: stateFolder(env), env, clock, signal });
  return { engine: `unix://${files.socketPath}`, was: started ? "started" : "running already" };
}

async function stop(context: CliContext) {
  const { stopEmbeddedEngine } = await import("../../provisioners/docker/stop-engine.js");
  const { env, clock } = context;
  const stopped = await stopEmbeddedEngine({ stateFolder: stateFolder(env), env, clock });
  return { engine: "plugfest's embedded engine", was: stopped ? "stopped" : "stopped already" };
}
