import { stateFolder } from "../../core/paths.js";
import { checkHost, type HostCheck, isDebianLike } from "../../provisioners/host/checks.js";
import { installMissing } from "../../provisioners/host/packages.js";
import { hostProbes } from "../../provisioners/host/probes.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";

/** Says what this host has and lacks; with `fix` installs what packages can cure first, and starts the engine. */
export async function doctor(
  context: CliContext,
  options: { readonly fix?: boolean; readonly json?: boolean },
): Promise<number> {
  const { env, clock, signal } = context;
  const folder = stateFolder(env);
  const probes = hostProbes({ env, clock, stateFolder: folder, mayStart: options.fix === true });
  let checks = await checkHost(probes, folder);
  if (options.fix) {
    const say = (line: string) => context.err.write(`${line}\n`);
    const host = { isDebianLike: isDebianLike(probes), isRoot: probes.isRoot };
    const installed = await installMissing({ checks, ...host, say, env, signal });
    if (installed.length > 0) checks = await checkHost(probes, folder);
  }
  context.out.write(options.json ? `${JSON.stringify(checks)}\n` : `${checks.map(describe).join("\n")}\n`);
  return checks.some(({ status }) => status === "missing") ? exitCode.testbed : exitCode.pass;
}

function describe({ name, status, detail, hint }: HostCheck): string {
  const line = `${status.padEnd(8)} ${name.padEnd(16)} ${detail}`;
  return hint === undefined ? line : `${line}\n${" ".repeat(26)}${hint}`;
}
