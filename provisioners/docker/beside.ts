import { randomBytes } from "node:crypto";
import type Docker from "dockerode";
import { ToolError } from "../../core/errors.js";
import { label, nameOf } from "./labels.js";
import { readLogs } from "./logs.js";
import { request } from "./errors.js";

export interface Beside {
  /**
   * What of the container beside it, or of the engine, it may change: the container's own network, the engine's, or the
   * container's storage, whose control groups are at /groups and whose first process is its own.
   */
  readonly reach: "network" | "engine-network" | "storage";
  /** For `sh -euc`; its arguments are `$1` and on. */
  readonly script: string;
  readonly args: readonly string[];
  /** What it is about, and what to say when it fails, where that is not the network. */
  readonly what?: string;
  readonly refusal?: { readonly code: string; readonly hint: string };
}

const noNetwork = { code: "network/refused", hint: "`plugfest doctor` tells what this kernel can do to a network" };

/**
 * Runs a script in a container of its own, which exists for that moment, beside another one, with the right to change what
 * the other one need not be able to. It carries the stamp of its lab, so that one left by a killed command is found.
 */
export async function runBeside(
  docker: Docker,
  container: Docker.ContainerInspectInfo,
  { reach, script, args, what: about, refusal = noNetwork }: Beside,
): Promise<void> {
  const { Labels, Image } = container.Config;
  const lab = Labels[label.lab] ?? "";
  const id = `beside-${randomBytes(4).toString("hex")}`;
  await runOnce(docker, {
    ...{ lab, id, script, args, refusal, image: Image },
    what: about ?? `change the network of ${Labels[label.node] ?? container.Name}`,
    labels: { ...Labels, [label.id]: `machine/${id}`, [label.node]: id, [label.spec]: id },
    reach: reaching(reach, container.Id),
  });
}

/** A script that runs once, in a container of its own. */
export interface Once extends Pick<Beside, "script" | "args" | "refusal"> {
  readonly lab: string;
  readonly id: string;
  readonly what: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly reach: Docker.HostConfig;
}

/** Makes a container for a script, waits until that has ended, and removes it; a ToolError where the script fails. */
export async function runOnce(
  docker: Docker,
  { lab, id, what, labels, image, reach, script, args, refusal = noNetwork }: Once,
): Promise<void> {
  const name = nameOf({ lab, id });
  const once = await request(what, undefined, () =>
    docker.createContainer({
      ...{ name, Image: image, Labels: labels },
      Entrypoint: ["sh", "-euc", script, "sh"],
      Cmd: [...args],
      HostConfig: { CapDrop: ["ALL"], SecurityOpt: ["no-new-privileges"], ...reach },
    }),
  );
  try {
    await request(what, undefined, async () => {
      await once.start();
      const { StatusCode } = (await once.wait()) as { StatusCode: number };
      if (StatusCode === 0) return;
      throw new ToolError({
        ...refusal,
        message: `could not ${what}`,
        command: script.trim(),
        exit: StatusCode,
        stderrTail: (await readLogs(docker, name, {})).toString().slice(-2000),
      });
    });
  } finally {
    await request(what, undefined, () => once.remove({ force: true }));
  }
}

function reaching(reach: Beside["reach"], id: string): Docker.HostConfig {
  if (reach !== "storage") {
    return { NetworkMode: reach === "engine-network" ? "host" : `container:${id}`, CapAdd: ["NET_ADMIN"] };
  }
  const groups = { CgroupnsMode: "host", Binds: ["/sys/fs/cgroup:/groups"] };
  // For nsenter: the processes of the other one, and what they see mounted.
  const other = { PidMode: `container:${id}`, CapAdd: ["SYS_ADMIN", "SYS_PTRACE", "SYS_CHROOT"] };
  return { NetworkMode: "none", ...groups, ...other };
}
