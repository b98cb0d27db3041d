import { broken, type BrokenTopology, head } from "./broken-topology.fixture.js";

/** Those with RDMA where it cannot be. */
export const brokenRdma: readonly BrokenTopology[] = [
  broken(
    "plugfest",
    "RDMA for containers",
    `${head}  runtime: docker\nnetworks:\n  private: { rdma: rxe }\n  public: { rdma: rxe }\nclients: { pc: { kind: smb3, runtime: docker } }\n`,
    "6[docker] topology/rdma-of-container: cluster.runtime: nodes cannot be containers: network private has RDMA (rxe): nobody looked what the kernel of the containers has (write runtime: qemu, or leave runtime out; or cluster: { rdma: { private: none } })",
    "10[docker] topology/rdma-of-container: clients.pc.runtime: it cannot be a container: network public has RDMA (rxe): nobody looked what the kernel of the containers has (write runtime: qemu, or leave runtime out)",
  ),
  broken(
    "plugfest",
    "RDMA for nobody",
    `${head}  rdma: { private: none, public: none }\nnetworks:\n  private: { rdma: rxe }\n  public: { rdma: siw }\nclients: { pc: { kind: smb3, rdma: rxe }, tv: { kind: smb3, rdma: none } }\n`,
    "8[rxe] topology/rdma-of-nobody: networks.private.rdma: only a cluster's nodes are on the private network, and none has a device for it (leave `rdma` out, or let what is on the network have a device)",
    "9[siw] topology/rdma-of-nobody: networks.public.rdma: nobody on the public network has a device for it (leave `rdma` out, or let what is on the network have a device)",
  ),
  broken(
    "plugfest",
    "RDMA for Windows, and on a network where that is alone",
    "name: pair\nnetworks: { public: { rdma: rxe } }\nclients: { pc: { kind: windows, rdma: rxe } }\n",
    "2[rxe] topology/rdma-of-nobody: networks.public.rdma: nobody on the public network has a device for it (leave `rdma` out, or let what is on the network have a device)",
    "3[rxe] topology/rdma-of-windows: clients.pc.rdma: Windows has no RDMA in software (remove it)",
  ),
  broken(
    "plugfest",
    "RDMA on the private network without a cluster",
    "name: pair\nnetworks: { private: { rdma: rxe } }\nclients: { pc: { kind: smb3 } }\n",
    "2[rxe] topology/rdma-of-nobody: networks.private.rdma: only a cluster's nodes are on the private network, and none has a device for it (leave `rdma` out, or let what is on the network have a device)",
  ),
  broken(
    "plugfest",
    "too little memory for nodes that RDMA makes machines",
    `${head}  memory: 64MiB\nnetworks: { private: { rdma: rxe } }\n`,
    "6[64MiB] topology/memory-too-small: cluster.memory: a machine needs at least 256MiB (write 256MiB or more)",
  ),
  broken(
    "plugfest",
    "soft-iWARP for nodes, whose kernel is Debian's",
    `${head}  rdma: { public: siw }\nnetworks: { private: { rdma: siw } }\n`,
    "7[siw] topology/siw-of-nodes: networks.private.rdma: Debian's kernel is without soft-iWARP (siw), and nodes have no other (write rdma: rxe, name a kernel with CONFIG_RDMA_SIW, or write cluster: { rdma: { private: none } })",
  ),
  broken(
    "plugfest",
    "RDMA on the links of containers",
    `${head}  runtime: [docker, docker]\n  rdma: { public: rxe }\n`,
    "6[[docker, docker]] topology/rdma-of-container: cluster.runtime: nodes cannot be containers: the link to network public has RDMA (rxe): nobody looked what the kernel of the containers has (write runtime: qemu, or leave runtime out; or cluster: { rdma: { public: none } })",
  ),
  broken(
    "plugfest",
    "a share of two, a name of two, and SMB Direct without RDMA",
    `${head}servers: { pc: { kind: ksmbd, shares: [dvd] } }\nclients: { pc: { kind: cifs, mount: { rdma: true } } }\n`,
    '6[dvd] topology/share-twice: servers.pc.shares[0]: the share "dvd" is one of the cluster, and scenarios know a share by its name (rename it)',
    '7[pc] topology/reserved-name: clients: the name "pc" is taken: a server has it (rename the client)',
    "7[true] topology/no-rdma: clients.pc.mount.rdma: SMB Direct goes over RDMA, which its link to the public network does not have (write networks: { public: { rdma: rxe } })",
  ),
  broken(
    "plugfest",
    "RDMA on a container's link, and SMB Direct to a server of another sort",
    `${head}servers: { nas: { kind: ksmbd, shares: [iso], rdma: siw } }\nclients:\n  box: { kind: smb3, runtime: docker, rdma: rxe }\n  pc: { kind: cifs, rdma: rxe, mount: { rdma: true } }\n`,
    "8[docker] topology/rdma-of-container: clients.box.runtime: it cannot be a container: the link to network public has RDMA (rxe): nobody looked what the kernel of the containers has (write runtime: qemu, or leave runtime out)",
    "9[true] topology/no-rdma: clients.pc.mount.rdma: no server has a device of its sort, rxe, and others do not understand it (write rdma: rxe at the server)",
  ),
  broken(
    "plugfest",
    "memory for what will be a container, without RDMA",
    `${head}networks: { public: { mtu: 9000 } }\nclients: { pc: { kind: smb3, memory: 1GiB } }\n`,
    "7[1GiB] topology/memory-of-container: clients.pc.memory: a container has the host's memory; only a virtual machine has its own (remove it, or write runtime: qemu)",
  ),
];
