import type { FileSpec } from "../core/remote.js";
import { nodeMachineFiles } from "../images/machine-recipe.js";
import { programFiles } from "../images/recipe.js";
import type {
  EndpointObject,
  MachineObject,
  MarkerObject,
  NetworkObject,
  ObjectSpec,
  VolumeObject,
} from "../topologies/objects.js";
import type { ClientSpec, LabSpec, NodeSpec, Rdma, ServerSpec } from "../topologies/spec.js";
import { withRdmaDevices } from "./container-rdma.js";
import { serverFiles } from "./server-files.js";

/** The image that each machine boots, by the machine's name. */
export type ImageTags = ReadonlyMap<string, string>;

const clusterVolume = "cluster";

/** What each capability is needed for; everything else is dropped, and no machine is privileged. */
const nodeCapabilities: MachineObject["capabilities"] = [
  { name: "NET_ADMIN", why: "CTDB gives public addresses to an interface and takes them away" },
  { name: "NET_RAW", why: "CTDB sends gratuitous ARPs and tickle ACKs; the packet capture reads frames" },
  { name: "NET_BIND_SERVICE", why: "smbd listens on port 445" },
  { name: "SETUID", why: "smbd works as the user who is connected" },
  { name: "SETGID", why: "smbd takes that user's groups" },
  { name: "DAC_OVERRIDE", why: "smbd and CTDB, as root, reach files that belong to users" },
  { name: "CHOWN", why: "smbd and the node's preparation give files to users" },
  { name: "FOWNER", why: "smbd sets modes and attributes of users' files" },
  { name: "KILL", why: "CTDB ends smbd processes that work as users" },
];

const clientCapabilities: MachineObject["capabilities"] = [{ name: "NET_RAW", why: "the packet capture reads frames" }];

/** Of a container that mounts by the client of the host's kernel. */
const kernelClientCapabilities: MachineObject["capabilities"] = [
  ...clientCapabilities,
  { name: "SYS_ADMIN", why: "it mounts the share" },
  { name: "DAC_READ_SEARCH", why: "mount.cifs takes no less" },
  { name: "DAC_OVERRIDE", why: "mount.cifs takes no less" },
  { name: "SYSLOG", why: "what the kernel says of the mount is evidence" },
];

const ofKernel = {
  devices: [{ path: "/dev/kmsg", why: "what the kernel says of the mount is evidence" }],
  mounts: true,
} as const;

/** Everything a lab consists of. `files` are the configuration of every node. */
export function desiredObjects(lab: LabSpec, images: ImageTags, files: readonly FileSpec[]): ObjectSpec[] {
  const networks = lab.networks.map(({ name, subnet, gateway, uplink, mtu }): NetworkObject => ({
    ...{ kind: "network", id: `network/${name}`, lab: lab.name, dependsOn: [] },
    ...{ subnet, gateway, ...mtuField(mtu) },
    ...(uplink !== null && { uplink }),
  }));
  const { medium, sizeBytes } = lab.cluster.storage;
  const volume: VolumeObject = {
    ...{ kind: "volume", id: `volume/${clusterVolume}`, lab: lab.name, dependsOn: [] },
    ...{ medium, sizeBytes },
  };
  const machines = [
    ...lab.nodes.map((node) => withRdmaDevices(nodeObject(lab, node, imageOf(images, node), files))),
    ...lab.servers.map((server) => serverObject(lab, server, imageOf(images, server))),
    ...lab.clients.map((client) =>
      withRdmaDevices(clientObject(lab, client, client.host === null ? imageOf(images, client) : "")),
    ),
  ];
  const rest = [...networks, ...(lab.nodes.length > 0 ? [volume] : []), ...machines];
  const marker: MarkerObject = { kind: "marker", id: "ready", lab: lab.name, dependsOn: rest.map(({ id }) => id) };
  return [...rest, marker];
}

function nodeObject(lab: LabSpec, node: NodeSpec, image: string, files: readonly FileSpec[]): MachineObject {
  const { privateNetwork, publicNetwork, storage } = lab.cluster;
  return {
    ...{ kind: "machine", role: "node", id: `node/${node.name}`, lab: lab.name, node: node.name, image },
    dependsOn: [`network/${privateNetwork}`, `network/${publicNetwork}`, `volume/${clusterVolume}`],
    endpoints: [
      endpointObject(lab, privateNetwork, node.privateAddress, node.rdma.private),
      endpointObject(lab, publicNetwork, node.publicAddress, node.rdma.public),
    ],
    mounts: [{ volume: clusterVolume, path: storage.mount, ...(storage.kind === "ocfs2" && { as: "disk" }) }],
    capabilities: nodeCapabilities,
    sysctls: {},
    ...(node.memoryMiB !== null
      ? {
          // Its image has Samba and its tools; what makes a node of it comes with its other files.
          files: [...nodeMachineFiles(), ...programFiles(), ...files],
          hardware: { memoryMiB: node.memoryMiB },
        }
      : { files }),
  };
}

function serverObject(lab: LabSpec, server: ServerSpec, image: string): MachineObject {
  const { publicNetwork } = lab.cluster;
  return {
    ...{ kind: "machine", role: "server", id: `server/${server.name}`, lab: lab.name, node: server.name, image },
    dependsOn: [`network/${publicNetwork}`],
    endpoints: [endpointObject(lab, publicNetwork, server.address, server.rdma)],
    ...{ mounts: [], capabilities: [], sysctls: {} },
    // The client program verifies there what was copied.
    files: [...programFiles(), ...serverFiles(server)],
    hardware: { memoryMiB: server.memoryMiB },
  };
}

function clientObject(lab: LabSpec, client: ClientSpec, image: string): MachineObject {
  const { publicNetwork } = lab.cluster;
  return {
    ...{ kind: "machine", role: "client", id: `client/${client.name}`, lab: lab.name, node: client.name, image },
    dependsOn: [`network/${publicNetwork}`],
    endpoints: [endpointObject(lab, publicNetwork, client.address, client.rdma)],
    mounts: [],
    ...(client.kind === "cifs" && client.runtime === "docker"
      ? { capabilities: kernelClientCapabilities, ofKernel }
      : { capabilities: clientCapabilities }),
    sysctls: {},
    // What no image of a client's own has: the client program comes with its other files.
    files: client.runtime === "docker" || client.kind === "windows" ? [] : programFiles(),
    ...(client.memoryMiB !== null && { hardware: { memoryMiB: client.memoryMiB } }),
    ...(client.host !== null && { host: client.host }),
    ...(client.kind === "windows" && { system: "windows" as const }),
  };
}

function endpointObject(lab: LabSpec, network: string, address: string, rdma: Rdma | null = null): EndpointObject {
  const { mtu = ethernetMtu } = lab.networks.find(({ name }) => name === network) ?? {};
  return { network, address, ...mtuField(mtu), ...(rdma !== null && { rdma }) };
}

const ethernetMtu = 1500;

function mtuField(mtu: number): { readonly mtu?: number } {
  return mtu === ethernetMtu ? {} : { mtu };
}

function imageOf(images: ImageTags, { name }: { readonly name: string }): string {
  const tag = images.get(name);
  if (tag === undefined) throw new Error(`no image was chosen for ${name}`);
  return tag;
}
