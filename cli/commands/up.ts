import { EventLog } from "../../core/event-log.js";
import { ensureLabImages } from "../../lab/lab-images.js";
import { up as bringUp } from "../../lab/up.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { loadLab } from "../load-lab.js";
import { openEngine } from "../open.js";
import { attachView } from "../view.js";

/** Brings a lab up and leaves it. */
export async function up(
  context: CliContext,
  topology: string,
  options: { readonly keepOnFailure?: boolean; readonly json?: boolean; readonly samba?: string },
): Promise<number> {
  const { clock, signal, version, env } = context;
  const spec = loadLab(topology, context.cwd, context, options.samba);
  const { engine, provisioner, stateFolder } = await openEngine(context);
  context.onSecondInterrupt("plugfest gc");
  const log = new EventLog(clock);
  const { emit } = log;
  const view = await attachView(log, context, { json: options.json === true });
  try {
    const surroundings = { engine: engine.images, engineName: engine.title, emit, clock, stateFolder, env, signal };
    await bringUp(spec, {
      ...{ provisioner, clock, emit, version, signal, keep: true, keepOnFailure: options.keepOnFailure === true },
      ensureImages: async () => (await ensureLabImages(spec, surroundings)).tags,
    });
  } finally {
    await view.close();
    log.close();
  }
  if (options.json !== true) {
    const [node] = spec.nodes;
    const [other] = [...spec.clients, ...spec.servers];
    const look = node === undefined ? `${other?.name ?? ""} -- ip address` : `${node.name} -- ctdb status`;
    context.out.write(`try: plugfest exec ${spec.name} ${look}\n     plugfest down ${spec.name}\n`);
  }
  return exitCode.pass;
}
