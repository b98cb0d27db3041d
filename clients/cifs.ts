import type { Remote } from "../core/remote.js";
import type { ClientSpec, MountSpec } from "../topologies/spec.js";
import type { Client, Payload } from "./client.js";
import { copyingClient } from "./copying-client.js";
import { pythonProgram, runProgram } from "./program.js";

/** A client whose options are those of a mount. */
type Mounting = Pick<ClientSpec, "channels" | "witness"> & { readonly mount: MountSpec };

/**
 * The Linux kernel's own SMB client, in a machine that has it. A small program mounts the share and copies by the
 * system's calls; what the kernel does about a lost server, it does by itself.
 */
export function cifsClient(machine: Remote, mounting: Mounting): Client {
  // What reads a copy back is over before it could move.
  const isWatched = ({ from }: { readonly from?: string }) => mounting.witness && from === undefined;
  return copyingClient(machine.node, "cifs", (of, { payload, ...job }, observe) =>
    runProgram(machine, {
      ...{ program: pythonProgram(machine, "plugfest_cifs"), ...of, observe },
      job: {
        ...{ verb: of.verb, options: mountOptions({ ...mounting, witness: isWatched(of) }), hash: ["md5", "sha256"] },
        ...{ witness: isWatched(of) ? machine.node : null, ...job, ...contentOf(payload) },
      },
    }),
  );
}

function contentOf({ sizeBytes, seed, run }: Payload) {
  return { size: sizeBytes, seed, run, generation: 1 };
}

/** In the words of mount.cifs(8). */
export function mountOptions({ channels, mount, witness }: Mounting): string[] {
  const { persistentHandles, handleTimeoutMs, attributesMs, echoIntervalMs } = mount;
  return [
    "vers=3.1.1",
    mount.hard ? "hard" : "soft",
    ...(persistentHandles === null ? [] : [persistentHandles ? "persistenthandles" : "nopersistenthandles"]),
    ...(mount.resilientHandles ? ["resilienthandles"] : []),
    ...(handleTimeoutMs === null ? [] : [`handletimeout=${String(handleTimeoutMs)}`]),
    ...(mount.rdma ? ["rdma"] : []),
    ...(witness ? ["witness"] : []),
    ...(mount.sign ? ["sign"] : []),
    ...(mount.seal ? ["seal"] : []),
    `cache=${mount.cache}`,
    ...(attributesMs === null ? [] : [`actimeo=${String(Math.round(attributesMs / 1000))}`]),
    ...(echoIntervalMs === null ? [] : [`echo_interval=${String(echoIntervalMs / 1000)}`]),
    ...(channels > 1 ? ["multichannel", `max_channels=${String(channels)}`] : []),
  ];
}
