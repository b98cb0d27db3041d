import type Docker from "dockerode";
import type { FileSpec } from "../../core/remote.js";
import type { MachineObject, ObservedObject, Stamp } from "../../topologies/objects.js";
import { adoptOrRefuse } from "./adopt.js";
import { packFiles } from "../archive.js";
import { request, statusOf } from "./errors.js";
import { rdmaAccess } from "./rdma-access.js";
import { labelFilter, labelsOf, nameOf, readLabels } from "./labels.js";

/** From Docker 25 (API 1.44) on, a container can be created with all its networks. */
export const apiWithAllNetworks = [1, 44] as const;

export interface CreateContainerOptions {
  readonly secrets: readonly FileSpec[];
  readonly allNetworksAtOnce: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Creates, fills and starts a container. One that a killed command left between these steps is carried on with: every
 * step may be done twice.
 */
export async function createContainer(
  docker: Docker,
  spec: MachineObject,
  stamp: Stamp,
  { secrets, allNetworksAtOnce, signal }: CreateContainerOptions,
): Promise<void> {
  const name = nameOf(spec);
  const atOnce = allNetworksAtOnce ? spec.endpoints : spec.endpoints.slice(0, 1);
  const later = allNetworksAtOnce ? [] : spec.endpoints.slice(1);

  const made = await request(`create container ${name}`, signal, async () => {
    try {
      const options = containerOptions(spec, stamp, atOnce, await rdmaAccess(spec));
      const container = await docker.createContainer(options);
      return { container, running: false, connected: [] as string[] };
    } catch (error) {
      if (statusOf(error) !== 409) throw error;
      const container = docker.getContainer(name);
      const { Config, State, NetworkSettings } = await container.inspect();
      adoptOrRefuse(spec, "container", Config.Labels);
      return { container, running: State.Running, connected: Object.keys(NetworkSettings.Networks) };
    }
  });
  if (made.running) return;

  const { container, connected } = made;
  const missing = later.filter((endpoint) => !connected.includes(networkName(spec, endpoint)));
  for (const endpoint of missing) {
    const network = networkName(spec, endpoint);
    await request(`connect ${name} to ${network}`, signal, () =>
      docker.getNetwork(network).connect({ Container: container.id, EndpointConfig: ipam(endpoint) }),
    );
  }
  await putFiles(container, name, [...spec.files, ...secrets], signal);
  await request(`start container ${name}`, signal, () => container.start());
}

/** Unpacks files into a container, started or not. */
export async function putFiles(
  container: Docker.Container,
  name: string,
  files: readonly FileSpec[],
  signal?: AbortSignal,
): Promise<void> {
  if (files.length === 0) return;
  const archive = await packFiles(files);
  await request(`write files into ${name}`, signal, () => container.putArchive(archive, { path: "/" }));
}

export async function observeContainers(docker: Docker, lab: string | undefined, signal?: AbortSignal) {
  const abort = signal ? { abortSignal: signal } : {};
  const found = await request("list containers", signal, () =>
    docker.listContainers({ all: true, filters: { label: labelFilter(lab) }, ...abort }),
  );
  return found.flatMap((container): ObservedObject[] => {
    const read = readLabels(container.Labels);
    if (!read) return [];
    const running = container.State === "running";
    const state = running ? "ready" : "stopped";
    const stateReason = running ? "" : container.Status;
    return [{ ...read, ref: container.Id, createdMs: container.Created * 1000, state, stateReason }];
  });
}

type Endpoint = MachineObject["endpoints"][number];

function containerOptions(
  spec: MachineObject,
  stamp: Stamp,
  endpoints: readonly Endpoint[],
  { Mounts = [], ...rdma }: Awaited<ReturnType<typeof rdmaAccess>>,
): Docker.ContainerCreateOptions {
  const [first] = endpoints;
  return {
    name: nameOf(spec),
    Image: spec.image,
    Hostname: spec.node,
    Labels: labelsOf(spec, stamp),
    StopTimeout: 5,
    HostConfig: {
      // The image's own entry point is an init: ctdbd must not be process 1.
      Init: false,
      NetworkMode: first ? networkName(spec, first) : "none",
      CapDrop: ["ALL"],
      CapAdd: spec.capabilities.map((capability) => capability.name),
      SecurityOpt: ["no-new-privileges", ...(spec.ofKernel?.mounts ? ["apparmor=unconfined"] : [])],
      Devices: (spec.ofKernel?.devices ?? []).map(({ path }) => ({
        ...{ PathOnHost: path, PathInContainer: path, CgroupPermissions: "r" },
      })),
      Sysctls: { ...spec.sysctls },
      RestartPolicy: { Name: "no" },
      LogConfig: { Type: "json-file", Config: { "max-size": "32m", "max-file": "2" } },
      ...rdma,
      Mounts: [
        ...spec.mounts.map(({ volume, path }) => ({
          ...{ Type: "volume" as const, Source: nameOf({ lab: spec.lab, id: `volume/${volume}` }), Target: path },
          VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: "local", Options: {} } },
        })),
        ...Mounts,
      ],
    },
    NetworkingConfig: {
      EndpointsConfig: Object.fromEntries(endpoints.map((endpoint) => [networkName(spec, endpoint), ipam(endpoint)])),
    },
  };
}

function networkName(spec: MachineObject, endpoint: Endpoint): string {
  return nameOf({ lab: spec.lab, id: `network/${endpoint.network}` });
}

function ipam(endpoint: Endpoint): Docker.EndpointSettings {
  return { IPAMConfig: { IPv4Address: endpoint.address } };
}
