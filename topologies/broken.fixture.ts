/** Topologies that must be refused, for the tests of the loader and of the published JSON Schema. */
export interface BrokenTopology {
  readonly what: string;
  readonly text: string;
  /** `line[word] code: message (hint)` of every diagnostic, in order. */
  readonly complaints: readonly string[];
  /** Who can see it: an editor's JSON Schema too, or only plugfest, which compares fields and knows text from YAML. */
  readonly seenBy: "schema" | "plugfest";
}

const hostKey = "SHA256:uNiVztksCsDhcc0u9e8BrrQuPyIUaL5Ln7MGPA6Rt1c";

const head = "name: pair\ncluster:\n  nodes: 2\n  samba: '4.25'\n  shares: { dvd: { path: /cluster/dvd } }\n";

function broken(
  seenBy: BrokenTopology["seenBy"],
  what: string,
  text: string,
  ...complaints: readonly string[]
): BrokenTopology {
  return { what, text, complaints, seenBy };
}

export const brokenTopologies: readonly BrokenTopology[] = [
  broken("plugfest", "an empty file", "", "1[] yaml/empty: the file is empty (start from one that plugfest ships)"),
  broken(
    "schema",
    "an unknown field",
    `${head}  stroage: { medium: disk }\n`,
    '6[stroage] topology/unknown-field: cluster: unknown field "stroage" (did you mean "storage"?)',
  ),
  broken(
    "schema",
    "missing fields",
    "name: pair\ncluster: { nodes: 2 }\n",
    "2[cluster] topology/missing-field: cluster.samba: this field is missing",
    "2[cluster] topology/missing-field: cluster.shares: this field is missing",
  ),
  broken(
    "schema",
    "a version without quotes",
    head.replace("'4.25'", "4.20"),
    '4[4.20] topology/wrong-type: cluster.samba: expected text or a list, got the number 4.20 (quote it: "4.20")',
  ),
  broken(
    "schema",
    "too many nodes",
    head.replace("nodes: 2", "nodes: 40"),
    "3[40] topology/out-of-range: cluster.nodes: expected 1 to 16, got 40",
  ),
  broken(
    "schema",
    "a lab's name in capitals",
    head.replace("pair", "Pair"),
    "1[Pair] topology/wrong-value: name: expected lower-case letters, digits and inner hyphens, at most 24, a letter first",
  ),
  broken(
    "schema",
    "a runtime that does not exist",
    `${head}runtime: dokcer\n`,
    '6[dokcer] topology/wrong-value: runtime: expected "docker" or "qemu", got the text "dokcer" (did you mean "docker"?)',
  ),
  broken(
    "schema",
    "a client's kind that does not exist",
    `${head}clients: { laptop: { kind: smb } }\n`,
    '6[smb] topology/wrong-value: clients.laptop.kind: expected "smb3", "cifs" or "windows", got the text "smb" (did you mean "smb3"?)',
  ),
  broken(
    "schema",
    "a client's name that is no host name",
    `${head}clients: { my_laptop: { kind: smb3 } }\n`,
    "6[my_laptop] topology/wrong-name: clients.my_laptop: expected lower-case letters, digits and inner hyphens, at most 24, a letter first",
  ),
  broken(
    "schema",
    "a share outside of the cluster's storage",
    head.replace("/cluster/dvd", "/cluster/../etc"),
    "5[/cluster/../etc] topology/wrong-value: cluster.shares.dvd.path: expected a path below /cluster, such as /cluster/dvd, of letters, digits, '.', '_' and '-'",
  ),
  broken(
    "schema",
    "a size without a unit",
    `${head}  storage: { medium: tmpfs, size: "6000" }\n`,
    '6["6000"] topology/wrong-value: cluster.storage.size: a size needs a unit, got the text "6000" (units: B, kB, KB, MB, GB, TB, KiB, MiB, GiB, TiB)',
  ),
  broken(
    "plugfest",
    "no shares",
    head.replace("{ dvd: { path: /cluster/dvd } }", "{}"),
    "5[{}] topology/wrong-value: cluster.shares: expected at least one share",
  ),
  broken(
    "plugfest",
    "a Samba version without an image",
    head.replace("4.25", "4.25.1"),
    '4[\'4.25.1\'] topology/unknown-samba: cluster.samba: no image has Samba "4.25.1" (did you mean "4.25"? known: 4.17, 4.22, 4.24, 4.25; or a file, such as ./candidate.yaml)',
  ),
  broken(
    "plugfest",
    "a list of versions that is too long, with an unknown one",
    head.replace("'4.25'", "['4.24', '4.25', '3.6']"),
    "4[samba] topology/versions-per-node: cluster.samba: a list has one version for each node: expected 2, got 3",
    "4['3.6'] topology/unknown-samba: cluster.samba[2]: no image has Samba \"3.6\" (known: 4.17, 4.22, 4.24, 4.25; or a file, such as ./candidate.yaml)",
  ),
  broken(
    "plugfest",
    "persistent handles with a Samba that has none",
    `${head.replace("'4.25'", "['4.25', '4.24']")}  profile: persistent\n`,
    '6[persistent] topology/profile-needs-version: cluster.profile: persistent handles need Samba 4.25 or later, and a node has 4.24 (write samba: "4.25", or profile: durable)',
  ),
  broken(
    "plugfest",
    "a limit for the disk",
    `${head}  storage: { size: 6GiB }\n`,
    "6[6GiB] topology/size-of-disk: cluster.storage.size: only tmpfs has a limit; on disk it would have no effect (remove it, or write medium: tmpfs)",
  ),
  broken(
    "plugfest",
    "networks that overlap",
    `${head}networks:\n  private: { subnet: 10.77.0.0/16 }\n  public: { subnet: 10.77.2.0/24 }\n`,
    "8[10.77.2.0/24] topology/overlapping-subnets: networks.public.subnet: 10.77.2.0/24 overlaps with the private network, 10.77.0.0/16 (give each network addresses of its own)",
  ),
  broken(
    "plugfest",
    "subnets that are none, of the Internet, and an address",
    `${head}networks:\n  private: { subnet: 10.77.1/24 }\n  public: { subnet: 8.8.8.0/24 }\n`,
    '7[10.77.1/24] topology/wrong-subnet: networks.private.subnet: expected an IPv4 subnet such as 10.77.1.0/24, got "10.77.1/24"',
    "8[8.8.8.0/24] topology/wrong-subnet: networks.public.subnet: 8.8.8.0/24 belongs to the Internet, which the host would no longer reach there (use a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16)",
  ),
  broken(
    "plugfest",
    "an address where a subnet belongs, and a subnet that is too large",
    `${head}networks:\n  private: { subnet: 10.77.1.9/24 }\n  public: { subnet: 10.0.0.0/8 }\n`,
    "7[10.77.1.9/24] topology/wrong-subnet: networks.private.subnet: 10.77.1.9/24 is an address within a subnet (the subnet is 10.77.1.0/24)",
    "8[10.0.0.0/8] topology/wrong-subnet: networks.public.subnet: expected a subnet from /16 to /30, got 10.0.0.0/8",
    "8[10.0.0.0/8] topology/overlapping-subnets: networks.public.subnet: 10.0.0.0/8 overlaps with the private network, 10.77.1.0/24 (give each network addresses of its own)",
  ),
  broken(
    "plugfest",
    "more public addresses than the subnet holds",
    `${head}  publicAddresses: { count: 300 }\n`,
    "6[300] topology/too-many-addresses: cluster.publicAddresses.count: 10.77.2.0/24 has room for 251 public addresses beside the machines, got 300 (ask for fewer, or make networks.public.subnet larger)",
  ),
  broken(
    "plugfest",
    "a subnet too small for the machines",
    `${head}networks: { private: { subnet: 10.77.1.0/30 } }\n`,
    "6[10.77.1.0/30] topology/subnet-too-small: networks.private.subnet: 10.77.1.0/30 has 1 addresses to give, and 2 nodes need 2 (use a larger one, such as a /24)",
  ),
  broken(
    "plugfest",
    "tunables that CTDB does not know",
    `${head}  tunables: { MonitorIntervall: 2, Frobnicate: 1 }\n`,
    '6[MonitorIntervall] topology/unknown-tunable: cluster.tunables: CTDB has no tunable "MonitorIntervall" (did you mean "MonitorInterval"?)',
    '6[Frobnicate] topology/unknown-tunable: cluster.tunables: CTDB has no tunable "Frobnicate" (`ctdb listvars` on a node lists them)',
  ),
  broken(
    "plugfest",
    "smb.conf sections and options that cannot be",
    `${head}  smbConf:\n    glboal: {}\n    global: { Clustering: false }\n    dvd: { include: /etc/x }\n`,
    '7[glboal] topology/unknown-section: cluster.smbConf: no share is named "glboal" (did you mean "global"?)',
    "8[Clustering] topology/refused-option: cluster.smbConf.global: \"Clustering\" is plugfest's to set: without it the nodes do not share their open files, and corrupt each other's (remove it)",
    '9[include] topology/refused-option: cluster.smbConf.dvd: "include" is plugfest\'s to set: a file that plugfest does not know could undo what it has set (remove it)',
  ),
  broken(
    "plugfest",
    "clients named like nodes, or like a word of scenarios",
    `${head}clients:\n  node1: { kind: smb3 }\n  all: { kind: smb3 }\n`,
    '7[node1] topology/reserved-name: clients: the name "node1" is taken: nodes are named so (rename the client)',
    '8[all] topology/reserved-name: clients: the name "all" is taken: scenarios use the word (rename the client)',
  ),
  broken(
    "plugfest",
    "a witness that Samba does not have yet",
    `${head.replace("'4.25'", "'4.17'")}  witness: true\n`,
    "6[true] topology/witness-needs-version: cluster.witness: the witness service needs Samba 4.20 or later, and a node has 4.17 (write another version, or leave witness out)",
  ),
  broken(
    "plugfest",
    "a witness without another node to be it",
    `${head.replace("nodes: 2", "nodes: 1")}  witness: true\n`,
    "6[true] topology/witness-needs-nodes: cluster.witness: the witness of a node is another node, and there is only one (write nodes: 2 or more, or leave witness out)",
  ),
  broken(
    "plugfest",
    "a client that registers with nobody",
    `${head}clients: { pc: { kind: smb3, witness: true } }\n`,
    "6[true] topology/no-witness: clients.pc.witness: this cluster has no witness to register with (write witness: true below cluster)",
  ),
  broken(
    "plugfest",
    "a witness for a client whose addresses it does not watch over",
    `${head}  witness: true\nclients: { pc: { kind: smb3, witness: true, channels: 2 } }\n`,
    "7[2] topology/witness-or-channels: clients.pc.channels: the witness watches over floating addresses, and several channels go to the nodes' own (leave out one of witness and channels)",
  ),
  broken(
    "plugfest",
    "memory of a container's own",
    `${head}clients: { pc: { kind: smb3, memory: 1GiB } }\n`,
    "6[1GiB] topology/memory-of-container: clients.pc.memory: a container has the host's memory; only a virtual machine has its own (remove it, or write runtime: qemu)",
  ),
  broken(
    "plugfest",
    "a machine too small to boot",
    `${head}clients: { pc: { kind: smb3, runtime: qemu, memory: 100MiB } }\n`,
    "6[100MiB] topology/memory-too-small: clients.pc.memory: a machine needs at least 256MiB (write 256MiB or more)",
  ),
  broken(
    "plugfest",
    "memory of nodes that are containers",
    `${head}  memory: 1GiB\n`,
    "6[1GiB] topology/memory-of-container: cluster.memory: a container has the host's memory; only a virtual machine has its own (remove it, or write runtime: qemu)",
  ),
  broken(
    "plugfest",
    "more runtimes than nodes",
    `${head}  runtime: [qemu, qemu, qemu]\n`,
    "6[runtime] topology/runtimes-per-node: cluster.runtime: a list has one runtime for each node: expected 2, got 3",
  ),
  broken(
    "plugfest",
    "nodes of two sorts, which share no storage",
    `${head}  runtime: [qemu, docker]\n`,
    "6[[qemu, docker]] topology/mixed-nodes: cluster.runtime: nodes of one cluster are all containers or all virtual machines: Samba knows a file by its number, and in a virtual machine each file of a shared folder has another number than in a container (write runtime: docker, or runtime: qemu; clients can be either, whatever the nodes are)",
  ),
  broken(
    "plugfest",
    "a cluster file system for containers",
    `${head}  storage: { kind: ocfs2 }\n`,
    "6[ocfs2] topology/storage-of-machines: cluster.storage.kind: OCFS2 takes a kernel of each node's own, and these nodes are containers (leave it out, or write runtime: qemu below cluster)",
  ),
  broken(
    "plugfest",
    "a tmpfs of the engine's for virtual machines",
    `runtime: qemu\n${head}  storage: { kind: shared-volume, medium: tmpfs }\n`,
    "7[tmpfs] topology/storage-of-containers: cluster.storage.medium: the engine mounts a tmpfs in containers alone, and these nodes are virtual machines (write medium: disk, or kind: ocfs2)",
  ),
  broken(
    "plugfest",
    "a size for the disk that machines share",
    `runtime: qemu\n${head}  storage: { size: 1GiB }\n`,
    "7[1GiB] topology/storage-of-machines: cluster.storage.size: the disk with OCFS2 has 16 GiB, and takes what is written (leave it out)",
  ),
  broken(
    "plugfest",
    "a mount for a client that mounts nothing",
    `${head}clients: { pc: { kind: smb3, mount: { hard: true } } }\n`,
    "6[{ hard: true }] topology/no-mount: clients.pc.mount: a client of kind smb3 mounts nothing (remove it, or write kind: cifs)",
  ),
  broken(
    "plugfest",
    "what the kernel's client does not have",
    `${head}clients:\n  pc: { kind: cifs, runtime: docker, signing: aes-cmac }\n  tv: { kind: cifs, encryption: aes-128-gcm }\n`,
    "7[docker] topology/kernel-client-in-container: clients.pc.runtime: it cannot be a container: nobody looked whether the kernel of the containers has cifs (remove it, or write runtime: qemu)",
    "7[aes-cmac] topology/not-the-kernels: clients.pc.signing: the kernel's client leaves the algorithm to the server (remove it, or write mount: { sign: true })",
    "8[aes-128-gcm] topology/not-the-kernels: clients.tv.encryption: the kernel's client leaves the cipher to the server (remove it, or write mount: { seal: true })",
  ),
  broken(
    "plugfest",
    "handles that a kernel client cannot be given",
    `${head}  profile: durable\nclients: { pc: { kind: cifs, mount: { persistentHandles: true, resilientHandles: true } } }\n`,
    "7[true] topology/handles-contradict: clients.pc.mount.persistentHandles: handles are persistent or resilient, not both (remove one of them)",
    "7[true] topology/handles-need-profile: clients.pc.mount.persistentHandles: the share has no persistent handles in profile durable: the mount would fail (remove it, or write profile: persistent)",
  ),
  broken(
    "plugfest",
    "an echo interval that the kernel does not take",
    `${head}clients: { pc: { kind: cifs, mount: { echoInterval: 500ms } } }\n`,
    "6[500ms] topology/wrong-value: clients.pc.mount.echoInterval: expected whole seconds, 1s to 10m",
  ),
  broken(
    "plugfest",
    "a host that is not said, with nothing that leads to it",
    `${head}clients: { pc: { kind: smb3, runtime: ssh } }\n`,
    "6[runtime] topology/no-way-in: clients.pc: runtime ssh does not say which host (write ssh: { address: …, hostKey: SHA256:… } (docs/existing-hosts.md))",
    "6[ssh] topology/no-uplink: clients.pc.runtime: an existing host is on the public network by an interface of this host, and the network has none (write networks: { public: { uplink: eth1 } }, with the interface whose cable leads to it (docs/existing-hosts.md))",
  ),
  broken(
    "schema",
    "a host key that is none, and a key file that depends on where one stands",
    `${head}clients:\n  pc:\n    kind: smb3\n    runtime: ssh\n    ssh: { address: 192.168.1.20, hostKey: "SHA256:abc", keyFile: id_ed25519 }\n`,
    '10["SHA256:abc"] topology/wrong-value: clients.pc.ssh.hostKey: expected a fingerprint such as ssh-keygen -l prints: SHA256: and 43 characters',
    "10[id_ed25519] topology/wrong-value: clients.pc.ssh.keyFile: expected an absolute path, or one that begins with ~/",
  ),
  broken(
    "plugfest",
    "a mount on a host that is not plugfest's",
    `${head}networks: { public: { uplink: eth1 } }\nclients: { pc: { kind: cifs, runtime: ssh, ssh: { address: pc, hostKey: "${hostKey}" } } }\n`,
    "7[cifs] topology/not-on-a-host: clients.pc.kind: a client of kind cifs mounts a share, which plugfest does on no machine but its own (write kind: smb3 or windows, or runtime: qemu)",
  ),
  broken(
    "plugfest",
    "what only a host that is there already has",
    `${head}clients: { pc: { kind: smb3, address: 10.77.2.9, ssh: { address: pc, hostKey: "${hostKey}" } } }\n`,
    "6[address] topology/host-field: clients.pc.address: plugfest gives addresses to the machines that it makes (write runtime: ssh, or remove it)",
    "6[ssh] topology/host-field: clients.pc.ssh: this is the way to a host that is there already (write runtime: ssh, or remove it)",
  ),
  broken(
    "plugfest",
    "addresses that a host cannot have",
    `${head}networks: { public: { uplink: eth1 } }\nclients:\n${[
      "10.77.2.101",
      "10.77.3.9",
      "eth1",
      "10.77.2.9",
      "10.77.2.9",
    ]
      .map(
        (address, index) =>
          `  pc${String(index)}: { kind: smb3, runtime: ssh, address: ${address}, ssh: { address: pc, hostKey: "${hostKey}" } }\n`,
      )
      .join("")}`,
    "8[10.77.2.101] topology/wrong-address: clients.pc0.address: 10.77.2.101 is a public address of the cluster (take a free one of 10.77.2.0/24)",
    "9[10.77.3.9] topology/wrong-address: clients.pc1.address: 10.77.3.9 is no address of the public network (take a free one of 10.77.2.0/24)",
    '10[eth1] topology/wrong-address: clients.pc2.address: expected an IPv4 address, got "eth1" (take a free one of 10.77.2.0/24)',
    "12[10.77.2.9] topology/wrong-address: clients.pc4.address: 10.77.2.9 is that of client pc3 (take a free one of 10.77.2.0/24)",
  ),
  broken(
    "schema",
    "more channels than a client can have",
    `${head}clients: { pc: { kind: smb3, channels: 9 } }\n`,
    "6[9] topology/out-of-range: clients.pc.channels: expected 1 to 8, got 9",
  ),
  broken(
    "plugfest",
    "Windows where there is none",
    `${head}clients:\n  pc: { kind: windows, memory: 1GiB }\n  tv: { kind: windows, runtime: docker }\n`,
    "7[1GiB] topology/memory-too-small: clients.pc.memory: a machine with Windows needs at least 2048MiB (write 2048MiB or more)",
    "8[docker] topology/windows-runtime: clients.tv.runtime: Windows does not run in a container (leave it out, or write runtime: qemu, or runtime: ssh for a host that is there already (docs/windows.md))",
  ),
  broken(
    "plugfest",
    "what Windows decides by itself",
    `${head}networks: { public: { uplink: eth1 } }\nclients:\n  pc:\n    kind: windows\n    runtime: ssh\n    ssh: { address: pc, hostKey: "${hostKey}" }\n    signing: aes-cmac\n    encryption: aes-128-gcm\n    channels: 2\n`,
    `11[{ address: pc, hostKey: "${hostKey}" }] topology/windows-user: clients.pc.ssh: Windows has no user root (write ssh: { user: … }, an administrator of it)`,
    "12[aes-cmac] topology/windows-decides: clients.pc.signing: Windows leaves the algorithm to the server (remove it)",
    "13[aes-128-gcm] topology/windows-decides: clients.pc.encryption: Windows leaves the cipher to the server (remove it; a share's smbConf can ask for one)",
    "14[2] topology/windows-decides: clients.pc.channels: Windows takes as many connections as it wants (remove it; smbConf: { global: { server multi channel support: no } } leaves it at one)",
  ),
  broken(
    "plugfest",
    "an image of Windows for what starts from none",
    `${head}networks: { public: { uplink: eth1 } }\nclients:\n  box: { kind: smb3, image: win11 }\n  pc:\n    kind: windows\n    runtime: ssh\n    image: win11\n    ssh: { address: pc, user: pat, hostKey: "${hostKey}" }\n`,
    "8[win11] topology/image-of-windows: clients.box.image: it names a Windows, and a client of kind smb3 starts from an image that plugfest makes (remove it, or write kind: windows with runtime: qemu)",
    "12[win11] topology/image-of-windows: clients.pc.image: no image is started here, only in a virtual machine (remove it, or write kind: windows with runtime: qemu)",
  ),
  broken(
    "plugfest",
    "a lab of nothing",
    "name: void\n",
    "1[name] topology/empty: a topology needs a cluster, or servers, or clients (start from one that plugfest ships)",
  ),
  broken(
    "plugfest",
    "RDMA for containers",
    `${head}networks:\n  private: { rdma: rxe }\n  public: { rdma: rxe }\nclients: { pc: { kind: smb3, runtime: docker } }\n`,
    "7[rxe] topology/rdma-of-nobody: networks.private.rdma: only nodes are on the private network, and they have no devices for RDMA (leave `rdma` out, or write it at a network with clients or servers that are virtual machines)",
    "8[rxe] topology/rdma-of-nobody: networks.public.rdma: no virtual machine is on the public network (leave `rdma` out, or write it at a network with clients or servers that are virtual machines)",
    "9[docker] topology/rdma-of-container: clients.pc.runtime: a container cannot have an RDMA device, and the public network has rdma (write runtime: qemu, or leave runtime out)",
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
    "8[docker] topology/rdma-of-container: clients.box.runtime: a container cannot have an RDMA device, and its link has rdma (write runtime: qemu, or leave runtime out)",
    "9[true] topology/no-rdma: clients.pc.mount.rdma: no server has a device of its sort, rxe, and others do not understand it (write rdma: rxe at the server)",
  ),
  broken(
    "plugfest",
    "SMB Direct to a cluster",
    `${head}networks: { public: { rdma: rxe } }\nclients: { pc: { kind: cifs, mount: { rdma: true } } }\n`,
    "7[true] topology/no-smb-direct: clients.pc.mount.rdma: a cluster of Samba has no SMB Direct, and there is no other server (write servers: { nas: { kind: ksmbd, shares: [dvd] } })",
  ),
  broken(
    "plugfest",
    "memory for what will be a container, without RDMA",
    `${head}networks: { public: { mtu: 9000 } }\nclients: { pc: { kind: smb3, memory: 1GiB } }\n`,
    "7[1GiB] topology/memory-of-container: clients.pc.memory: a container has the host's memory; only a virtual machine has its own (remove it, or write runtime: qemu)",
  ),
];
