import type { Finding } from "../core/finding.js";
import { type ClusteredFile, runtimeOf, runtimesOf, storageOf } from "./defaults.js";
import { nodeRdmaOf, rdmaOf } from "./rdma.js";
import { modulesOf } from "./kernel-file.js";
import type { TopologyFile } from "./schema.js";
import type { Rdma } from "./spec.js";

/** What a kernel needs for something: by the module's name, or that of the same built in, with the option that it comes of. */
interface Need {
  readonly module: string;
  readonly option: string;
  readonly what: string;
}

/** Whether a kernel of the user's is of any use, and has what its machines are to do. */
export function checkKernel(file: TopologyFile): Finding[] {
  const { kernel } = file;
  if (kernel === undefined) return [];
  const needs = needsOf(file);
  if (needs.length === 0) {
    const message = "no machine of this topology is a virtual one, and a container has the host's kernel";
    const hint = "remove it, or write runtime: qemu";
    return [{ path: [], field: "kernel", code: "kernel-of-nobody", message, hint }];
  }
  const has = modulesOf(kernel);
  const first = (need: Need) => needs.find(({ module }) => module === need.module) === need;
  return needs
    .filter((need) => first(need) && !has.has(need.module))
    .map(({ option, what }) => ({
      ...{ path: ["kernel", "modules"], code: "kernel-lacks" },
      message: `the kernel ${kernel.release} is without ${option}, which ${what} needs`,
      hint: `build it with ${option}, or leave \`kernel\` out: then machines have Debian's`,
    }));
}

/** Of the virtual machines; what SMB Direct needs is inside of modules, and is looked for when the image is made. */
function needsOf(file: TopologyFile): Need[] {
  const { cluster, servers } = file;
  const clients = Object.entries(file.clients).filter(([, client]) => runtimeOf(client, file) === "qemu");
  const own = [
    ...(cluster === undefined ? [] : needsOfNodes({ ...file, cluster })),
    ...Object.entries(servers).flatMap(([name, server]) => [
      { module: "ksmbd", option: "CONFIG_SMB_SERVER", what: `the server ${name}` },
      ...needsOfLink(name, rdmaOf(server, file)),
    ]),
    ...clients.flatMap(([name, client]) => [
      ...(client.kind === "cifs" ? [{ module: "cifs", option: "CONFIG_CIFS", what: `the kernel client ${name}` }] : []),
      ...needsOfLink(name, rdmaOf(client, file)),
    ]),
  ];
  return own.length + clients.length === 0 ? [] : [...ofEachMachine, ...own];
}

const ofEachMachine: readonly Need[] = [
  { module: "virtio_pci", option: "CONFIG_VIRTIO_PCI", what: "each machine" },
  { module: "virtio_blk", option: "CONFIG_VIRTIO_BLK", what: "each machine's disk" },
  { module: "virtio_net", option: "CONFIG_VIRTIO_NET", what: "each machine's network" },
  { module: "ext4", option: "CONFIG_EXT4_FS", what: "each machine's disk" },
];

function needsOfNodes(file: ClusteredFile): Need[] {
  if (!runtimesOf(file).includes("qemu")) return [];
  const what = "the storage of the nodes";
  const storage: Need[] =
    storageOf(file).kind === "ocfs2"
      ? [{ module: "ocfs2_stack_o2cb", option: "CONFIG_OCFS2_FS_O2CB", what }]
      : [
          { module: "9p", option: "CONFIG_9P_FS", what },
          { module: "9pnet_virtio", option: "CONFIG_NET_9P_VIRTIO", what },
        ];
  return [...storage, ...Object.values(nodeRdmaOf(file)).flatMap((rdma) => needsOfLink("the nodes", rdma))];
}

function needsOfLink(name: string, rdma: Rdma | undefined): Need[] {
  if (rdma === undefined) return [];
  const what = `the RDMA (${rdma}) of ${name}`;
  return rdma === "rxe"
    ? [{ module: "rdma_rxe", option: "CONFIG_RDMA_RXE", what }]
    : [{ module: "siw", option: "CONFIG_RDMA_SIW", what }];
}
