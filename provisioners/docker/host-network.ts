import type Docker from "dockerode";
import { ToolError } from "../../core/errors.js";
import { requestOrAbsent } from "./errors.js";
import { nameOf } from "./labels.js";

/** The bridge of a lab's network on the engine's host, and the prefix length of its subnet. */
export async function hostNetwork(
  docker: Docker,
  lab: string,
  network: string,
  signal?: AbortSignal,
): Promise<{ bridge: string; prefix: number }> {
  const name = nameOf({ lab, id: `network/${network}` });
  const found = await requestOrAbsent(`look at network ${name}`, signal, async () => docker.getNetwork(name).inspect());
  const bridge = found?.Options?.["com.docker.network.bridge.name"];
  const prefix = Number(found?.IPAM?.Config?.[0]?.Subnet?.split("/")[1]);
  if (bridge !== undefined && Number.isInteger(prefix)) return { bridge, prefix };
  throw new ToolError({
    code: "network/missing",
    message: `lab ${lab} has no network ${network} to put a machine on`,
    hint: `\`plugfest up\` makes it; \`plugfest down ${lab}\` and \`up\` make all anew`,
  });
}
