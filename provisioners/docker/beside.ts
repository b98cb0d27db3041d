import { randomBytes } from "node:crypto";
import type Docker from "dockerode";
import { ToolError } from "../../core/errors.js";
import { label, nameOf } from "./labels.js";
import { readLogs } from "./logs.js";
import { request } from "./errors.js";

export interface Beside {
  /** Whose network it works on: that of the container beside it, or the engine's own. */
  readonly network: "own" | "host";
  /** For `sh -euc`; its arguments are `$1` and on. */
  readonly script: string;
  readonly args: readonly string[];
}

/**
 * Runs a script in a container of its own, which exists for that moment, beside another one: on that one's network or on
 * the engine's, with the right to change it, which the other one need not have. It carries the stamp of its lab, so that
 * one left by a killed command is found.
 */
export async function runBeside(
  docker: Docker,
  container: Docker.ContainerInspectInfo,
  { network, script, args }: Beside,
): Promise<void> {
  const { Labels, Image } = container.Config;
  const lab = Labels[label.lab] ?? "";
  const id = `beside-${randomBytes(4).toString("hex")}`;
  const name = nameOf({ lab, id });
  const what = `change the network of ${Labels[label.node] ?? container.Name}`;
  const beside = await request(what, undefined, () =>
    docker.createContainer({
      name,
      Image,
      Labels: { ...Labels, [label.id]: `machine/${id}`, [label.node]: id, [label.spec]: id },
      Entrypoint: ["sh", "-euc", script, "sh"],
      Cmd: [...args],
      HostConfig: {
        NetworkMode: network === "host" ? "host" : `container:${container.Id}`,
        CapDrop: ["ALL"],
        CapAdd: ["NET_ADMIN"],
        SecurityOpt: ["no-new-privileges"],
      },
    }),
  );
  try {
    await request(what, undefined, async () => {
      await beside.start();
      const { StatusCode } = (await beside.wait()) as { StatusCode: number };
      if (StatusCode === 0) return;
      throw new ToolError({
        code: "network/refused",
        message: `could not ${what}`,
        command: script.trim(),
        exit: StatusCode,
        stderrTail: (await readLogs(docker, name, {})).toString().slice(-2000),
        hint: "`plugfest doctor` tells what this kernel can do to a network",
      });
    });
  } finally {
    await request(what, undefined, () => beside.remove({ force: true }));
  }
}
