import type Docker from "dockerode";
import type { MarkerObject, ObservedObject, Stamp, VolumeObject } from "../../topologies/objects.js";
import { adoptOrRefuse } from "./adopt.js";
import { request, requestOrAbsent } from "./errors.js";
import { labelFilter, labelsOf, nameOf, readLabels } from "./labels.js";

/**
 * A volume of the engine's `local` driver, or the lab's marker, which is an empty one. A tmpfs volume is mounted once,
 * when its first container starts, and shared by all of them; the engine unmounts it, and its content is gone, when
 * the last of them stops.
 */
export async function createVolume(
  docker: Docker,
  spec: VolumeObject | MarkerObject,
  stamp: Stamp,
  signal?: AbortSignal,
): Promise<void> {
  const name = nameOf(spec);
  const found = await request(`create volume ${name}`, signal, async () => {
    const volume = await docker.createVolume({
      Name: name,
      Driver: "local",
      Labels: labelsOf(spec, stamp),
      ...(spec.kind === "volume" && spec.medium === "tmpfs" ? { DriverOpts: tmpfsOptions(spec.sizeBytes) } : {}),
    });
    // The engine answers the same for a volume that was there before: only its labels tell whose it is.
    return volume.inspect();
  });
  adoptOrRefuse(spec, "volume", found.Labels);
}

export async function observeVolumes(docker: Docker, lab: string | undefined, signal?: AbortSignal) {
  const { Volumes } = await request("list volumes", signal, () =>
    docker.listVolumes({ filters: { label: labelFilter(lab) }, ...(signal ? { abortSignal: signal } : {}) }),
  );
  return Volumes.flatMap((volume): ObservedObject[] => {
    const read = readLabels(volume.Labels);
    // Missing in @types/dockerode, present in the API since 1.22.
    const { CreatedAt } = volume as { readonly CreatedAt?: string };
    const createdMs = Date.parse(CreatedAt ?? "");
    return read ? [{ ...read, ref: volume.Name, state: "ready", stateReason: "", createdMs }] : [];
  });
}

/** Removes a volume, if the name that was observed still belongs to the lab. */
export async function removeVolume(docker: Docker, object: ObservedObject, signal?: AbortSignal): Promise<void> {
  await requestOrAbsent(`remove volume ${object.ref}`, signal, async () => {
    const volume = docker.getVolume(object.ref);
    const found = readLabels((await volume.inspect()).Labels);
    if (found?.lab === object.lab && found.id === object.id) await volume.remove();
  });
}

function tmpfsOptions(sizeBytes: number | null): Record<string, string> {
  const size = sizeBytes === null ? {} : { o: `size=${String(sizeBytes)}` };
  return { type: "tmpfs", device: "tmpfs", ...size };
}
