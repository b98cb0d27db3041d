import { existsSync } from "node:fs";
import type Docker from "dockerode";
import { ToolError } from "../../core/errors.js";
import { requestOrAbsent } from "./errors.js";
import { nameOf } from "./labels.js";

/** The folder of a lab's volume on the engine's host. */
export async function hostVolume(docker: Docker, lab: string, volume: string, signal?: AbortSignal): Promise<string> {
  const name = nameOf({ lab, id: `volume/${volume}` });
  const found = await requestOrAbsent(`look at volume ${name}`, signal, async () => docker.getVolume(name).inspect());
  if (found !== undefined && existsSync(found.Mountpoint)) return found.Mountpoint;
  throw new ToolError({
    code: "volume/missing",
    message:
      found === undefined
        ? `lab ${lab} has no volume ${volume} for the disk of its machines`
        : `the volume ${name} is in ${found.Mountpoint}, which this process cannot see`,
    hint:
      found === undefined
        ? `\`plugfest up\` makes it; \`plugfest down ${lab}\` and \`up\` make all anew`
        : "machines need an engine on this host, not in a virtual machine, and root to see its volumes",
  });
}
