import { z } from "zod";
import { imageName, imageNameRule } from "../core/image-name.js";
import type { SambaBuild } from "../core/samba-build.js";
import { sizeText } from "../core/size.js";
import type { HostKernel } from "./host-kernel.js";
import { mountSchema } from "./mount-schema.js";
import type { KernelSpec } from "./spec.js";

/** Leaves room for what object and host names add to a lab's or a client's name. */
const label = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,22}[a-z0-9])?$/,
    "expected lower-case letters, digits and inner hyphens, at most 24, a letter first",
  );

const subnet = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .meta({ description: "IPv4 CIDR from a private range, free on this host.", examples: [fallback] });

const uplink = z
  .string()
  .regex(/^[^\s/]{1,15}$/, "expected the name of a network interface, such as eth1")
  .optional()
  .meta({
    description:
      "An interface of this host, without addresses, that is put on the network: what its cable leads to is on it, too.",
    examples: ["eth1"],
  });

/** What goes over a network, and how. */
const over = {
  rdma: z.enum(["rxe", "siw"]).optional().meta({
    description:
      "RDMA over it: each node, client and server on it has a device of soft-RoCE (rxe) or soft-iWARP (siw) on its interface, and is a virtual machine where the host's kernel has none for containers.",
  }),
  mtu: z
    .int()
    .min(1280)
    .max(9000)
    .optional()
    .meta({
      description: "The longest packets that go over it. Left out: 9000 with `rdma`, else 1500.",
      examples: [9000],
    }),
};

/** What goes over one machine's link, where that is not what goes over its network. */
const linkRdma = (whose = "its link to the public network") =>
  z
    .enum(["rxe", "siw", "none"])
    .optional()
    .meta({ description: `The device for RDMA on ${whose}, or none. Left out: what the network has.` });

const nodeRdma = z
  .strictObject({
    private: linkRdma("each node's link to the private network"),
    public: linkRdma("each node's link to the public network"),
  })
  .prefault({});

const networks = z
  .strictObject({
    private: z
      .strictObject({ subnet: subnet("10.77.1.0/24"), ...over })
      .prefault({})
      .meta({ description: "CTDB's own traffic between the nodes." }),
    public: z
      .strictObject({ subnet: subnet("10.77.2.0/24"), uplink, ...over })
      .prefault({})
      .meta({ description: "Clients, and the addresses that move between nodes." }),
  })
  .prefault({});

const version = z.string().meta({ examples: ["4.25"] });

const runtime = z.enum(["docker", "qemu"]);

const memory = sizeText.optional();

const storage = z
  .strictObject({
    kind: z
      .enum(["shared-volume", "ocfs2"])
      .optional()
      .meta({
        description:
          "What the nodes share: one volume of the container engine, mounted in all containers, or as a folder by 9p in all " +
          "virtual machines; or a disk with OCFS2, for virtual machines. Left out: OCFS2 for these.",
      }),
    medium: z.enum(["disk", "tmpfs"]).optional().meta({
      description: "Where the volume's data is. Left out: tmpfs for the durable profile, else disk.",
    }),
    size: sizeText.optional().meta({
      description: "Most a tmpfs volume may hold, of the host's memory. Left out: 6GiB.",
      examples: ["6GiB"],
    }),
  })
  .prefault({});

const publicAddresses = z
  .strictObject({
    network: z.enum(["public"]).default("public").meta({ description: "The network they are on." }),
    count: z
      .int()
      .min(1)
      .optional()
      .meta({ description: "How many. Left out: as many as nodes.", examples: [3] }),
  })
  .prefault({});

const shareName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9_-]{0,30}[a-z0-9])?$/, "expected lower-case letters, digits, inner _ and -, at most 32");

const shares = z
  .record(
    shareName,
    z.strictObject({
      path: z
        .string()
        .regex(
          /^(\/cluster)(\/[A-Za-z0-9_][A-Za-z0-9._-]*)+$/,
          "expected a path below /cluster, such as /cluster/dvd, of letters, digits, '.', '_' and '-'",
        )
        .meta({ description: "The folder on the shared storage; made if missing.", examples: ["/cluster/dvd"] }),
    }),
  )
  .refine((value) => Object.keys(value).length > 0, "expected at least one share");

const smbConfValue = z
  .union([z.string().regex(/^[^\r\n]*$/, "expected one line"), z.int(), z.boolean()])
  .transform((value) => (typeof value === "boolean" ? (value ? "yes" : "no") : String(value)));

const smbConf = z.record(
  z.string(),
  z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 :_-]*$/, "expected the name of an smb.conf option"), smbConfValue),
);

const cluster = z.strictObject({
  nodes: z
    .int()
    .min(1)
    .max(16)
    .meta({ description: "How many: node1 to node16.", examples: [3] }),
  samba: z.union([version, z.array(version).min(1).max(16)]).meta({
    description:
      "Samba's version, of those in the image catalogue, or a file that says what else to test; or a list, one for each node, to mix them.",
    examples: ["4.25", ["4.24", "4.25"], "./candidate.yaml"],
  }),
  profile: z
    .enum(["persistent", "durable", "none"])
    .optional()
    .meta({
      description:
        "The sort of handles that clients are granted: persistent (Samba 4.25 and later), durable, or none. " +
        "Left out: persistent where every node's Samba has them, else durable.",
    }),
  runtime: z
    .union([runtime, z.array(runtime).min(1).max(16)])
    .optional()
    .meta({
      description:
        "What the nodes are made of: containers or virtual machines; or a list, one for each node. Left out: virtual machines with `rdma` that the host's kernel lacks for containers, or with `rdma` and `memory` or a `kernel`; else the topology's.",
      examples: ["qemu"],
    }),
  memory: memory.meta({
    description: "What each node that is a virtual machine has, in whole MiB. Left out: 512MiB.",
    examples: ["1GiB"],
  }),
  rdma: nodeRdma.meta({
    description: "The nodes' devices for RDMA, where they are to have others than their networks.",
    examples: [{ public: "none" }],
  }),
  storage: storage.meta({ description: "The file system below the shares." }),
  publicAddresses: publicAddresses.meta({
    description: "Floating addresses: clients connect to them, CTDB moves them.",
  }),
  shares: shares.meta({
    description: "What clients see, by name.",
    examples: [{ dvd: { path: "/cluster/dvd" } }],
  }),
  tunables: z
    .record(z.string(), z.int().min(0))
    .default({})
    .meta({ description: "CTDB's tunables, over plugfest's defaults.", examples: [{ MonitorInterval: 2 }] }),
  witness: z.boolean().default(false).meta({
    description:
      "Whether the nodes offer the witness service (Samba 4.20 and later), by which clients are told to move.",
  }),
  smbConf: smbConf.default({}).meta({
    description: "smb.conf options by section, over the profile's: global, or a share's name.",
    examples: [{ global: { "log level": 3 } }],
  }),
});

/** The way to a host that is there already. */
export const sshFields = {
  address: z
    .string()
    .regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$/, "expected a host's name or address")
    .meta({ description: "Its name or address, in a network that is not the lab's.", examples: ["192.168.1.20"] }),
  port: z.int().min(1).max(65535).default(22).meta({ description: "Where its sshd listens." }),
  user: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.@\\-]*$/, "expected the name of a user")
    .default("root")
    .meta({ description: "Root, or one who may use sudo without a password; on Windows an administrator." }),
  hostKey: z
    .string()
    .regex(
      /^SHA256:[A-Za-z0-9+/]{43}$/,
      "expected a fingerprint such as ssh-keygen -l prints: SHA256: and 43 characters",
    )
    .meta({
      description: "The fingerprint of its host key, as `ssh-keygen -lf` prints it there. No other host is talked to.",
      examples: ["SHA256:uNiVztksCsDhcc0u9e8BrrQuPyIUaL5Ln7MGPA6Rt1c"],
    }),
  keyFile: z
    .string()
    .regex(/^(~\/|\/)./, "expected an absolute path, or one that begins with ~/")
    .optional()
    .meta({
      description: "The private key that opens it, without a passphrase. Left out: a key of the ssh-agent's.",
      examples: ["~/.ssh/plugfest_lab"],
    }),
};

const file = (description: string, example: string) =>
  z
    .string()
    .min(1)
    .meta({ description, examples: [example] });

const kernel = z.strictObject({
  image: file("Its bzImage, such as /boot/vmlinuz-…; as seen from this file.", "./vmlinuz"),
  modules: file(
    "The folder with its modules, as `make modules_install` leaves it: /lib/modules/<release>.",
    "./modules/6.18.0",
  ),
});

const servers = z
  .record(
    label,
    z.strictObject({
      kind: z.enum(["ksmbd"]).meta({
        description: "What serves: ksmbd is the Linux kernel's own server, in a virtual machine.",
      }),
      shares: z
        .array(shareName)
        .min(1)
        .meta({ description: "What clients see, by name; on the machine's own disk.", examples: [["dvd"]] }),
      rdma: linkRdma(),
      memory: memory.meta({ description: "What it has, in whole MiB. Left out: 512MiB.", examples: ["1GiB"] }),
    }),
  )
  .default({});

const clients = z
  .record(
    label,
    z.strictObject({
      kind: z.enum(["smb3", "cifs", "windows"]).meta({
        description:
          "What copies: smb3 is a user-space SMB 3.1.1 client, cifs the Linux kernel's own, windows that of Windows.",
      }),
      runtime: z.enum(["docker", "qemu", "ssh"]).optional().meta({
        description:
          "What it is made of: a container, a virtual machine on the same networks with a kernel of its own, or a host that is there already. Left out: a machine for windows, for what the host's kernel lacks (cifs, `rdma`), for cifs or `rdma` with `memory` or a `kernel` of one's own, for cifs with `witness` or SMB Direct; else the topology's.",
      }),
      rdma: linkRdma(),
      ssh: z
        .strictObject(sshFields)
        .optional()
        .meta({ description: "The way to a host that is there already, with `runtime: ssh`." }),
      address: z
        .string()
        .optional()
        .meta({
          description: "The address that such a host has on the public network. Left out: as planned for clients.",
          examples: ["10.77.2.201"],
        }),
      image: z
        .string()
        .regex(imageName, imageNameRule)
        .optional()
        .meta({
          description:
            "The Windows that a virtual machine of kind windows starts from, by the name that `plugfest images add windows --name` gave it. Left out: the one that was added last.",
          examples: ["win11-24h2"],
        }),
      memory: memory.meta({
        description: "What a virtual machine has, in whole MiB. Left out: 512MiB, and 4GiB with Windows.",
        examples: ["1GiB"],
      }),
      signing: z.enum(["auto", "aes-gmac", "aes-cmac", "hmac-sha256"]).default("auto").meta({
        description:
          "The algorithm it signs by; auto leaves the choice to the server. A server that does not take it is refused.",
      }),
      encryption: z.enum(["aes-128-ccm", "aes-128-gcm", "aes-256-ccm", "aes-256-gcm"]).optional().meta({
        description: "The cipher it encrypts all of its sessions with; left out: none. A server without it is refused.",
      }),
      channels: z.int().min(1).max(8).default(1).meta({
        description:
          "Connections per session. More than one go to the nodes' own addresses, which do not move: 1 leaves it at the floating ones.",
      }),
      witness: z.boolean().default(false).meta({
        description: "Whether it registers with the cluster's witness, and moves when that tells it to.",
      }),
      mount: mountSchema.optional(),
    }),
  )
  .default({});

/** What a topology file says. `check` holds it to what one field cannot know of another. */
export const topologySchema = z
  .strictObject({
    name: label.meta({ description: "Names the lab and everything made for it.", examples: ["redmond"] }),
    description: z.string().optional().meta({ description: "What it is for, in a sentence." }),
    runtime: runtime.default("docker").meta({
      description: "What nodes and clients are made of that do not say it themselves: containers or virtual machines.",
    }),
    kernel: kernel.optional().meta({
      description: "A kernel of one's own for all virtual machines. Left out: that of Debian.",
    }),
    networks: networks.meta({ description: "The two networks of a lab; other labs and the host must not use them." }),
    cluster: cluster
      .optional()
      .meta({ description: "The Samba-CTDB cluster under test. Left out: a lab of clients alone." }),
    servers: servers.meta({
      description: "Servers that stand alone, by name: nothing of theirs fails over.",
      examples: [{ nas: { kind: "ksmbd", shares: ["dvd"] } }],
    }),
    clients: clients.meta({
      description: "What connects to the cluster and to the servers, by name.",
      examples: [{ laptop: { kind: "smb3" } }],
    }),
  })
  .meta({ id: "topology", description: "A plugfest topology: what should exist." });

/** A topology as written, with the defaults that depend on nothing else filled in. */
type Written = z.output<typeof topologySchema>;
export interface TopologyFile extends Omit<Written, "cluster" | "kernel"> {
  /** What the host has for its containers. */
  readonly host: HostKernel;
  /** By its whole path, with what was found in it. */
  readonly kernel?: KernelSpec | undefined;
  readonly cluster?:
    | (NonNullable<Written["cluster"]> & {
        /** What files of Sambas say, by their path as it is written. */
        readonly builds?: Readonly<Record<string, SambaBuild>>;
      })
    | undefined;
}
