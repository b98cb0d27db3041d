import { createHash } from "node:crypto";
import { execa } from "execa";
import type { FileSpec } from "../../core/remote.js";
import { packFiles } from "../../provisioners/archive.js";
import { engineClient } from "../../provisioners/docker/client.js";
import type { Engine } from "../../provisioners/docker/engine.js";
import { makeKeyPair } from "../../provisioners/qemu/key-pair.js";
import { fingerprint } from "../../provisioners/ssh/fingerprint.js";
import { clientImage } from "./engine.js";

/** A host as a user has it: a system of its own with an sshd, on a network by which one gets in, and a cable elsewhere. */
export interface ExistingHost {
  /** Its address, as ssh knows it. */
  readonly address: string;
  readonly hostKey: string;
  /** The interface of this machine that its cable leads to. */
  readonly cable: string;
  /** Runs a command on it, as its owner would; gives its output. */
  readonly run: (...argv: string[]) => Promise<string>;
  readonly remove: () => Promise<void>;
}

export interface ExistingHostOptions {
  readonly name: string;
  /** The subnet by which one gets in. */
  readonly subnet: string;
  /** The address with its prefix length that it has beyond its cable. */
  readonly labAddress: string;
  /** Who may come in: as root, and as pat, who may use sudo. */
  readonly authorizedKey: string;
  /** What else is on it. */
  readonly files?: readonly FileSpec[];
}

/** A Debian system that its owner prepared as docs/existing-hosts.md says. Tests fail to get in more often than people do. */
const dockerfile = (base: string) => `FROM ${base}
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends openssh-server sudo && mkdir -p /run/sshd
RUN useradd --create-home --shell /bin/sh pat && echo 'pat ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/pat
ENTRYPOINT ["/usr/sbin/sshd", "-D", "-e", "-o", "AuthorizedKeysFile=/etc/ssh/who", "-o", "PerSourcePenalties=no"]
CMD []
`;

/** Makes such a host of a container that is part of no lab. */
export async function existingHost(engine: Engine, options: ExistingHostOptions): Promise<ExistingHost> {
  const { name, subnet, labAddress, authorizedKey, files: more = [] } = options;
  const docker = engineClient(engine.location);
  const image = await hostImage(engine);
  const hostKey = makeKeyPair();
  const network = await docker.createNetwork({ Name: name, Internal: true, IPAM: { Config: [{ Subnet: subnet }] } });
  const container = await docker.createContainer({
    ...{ name, Image: image, HostConfig: { NetworkMode: name, CapAdd: ["NET_ADMIN"] } },
  });
  const files = [
    { path: "/etc/ssh/ssh_host_ed25519_key", content: hostKey.privateKey, mode: 0o600 },
    { path: "/etc/ssh/who", content: `${authorizedKey}\n`, mode: 0o644 },
    ...more,
  ];
  await container.putArchive(await packFiles(files), { path: "/" });
  await container.start();
  const { State, NetworkSettings } = await container.inspect();
  const id = createHash("sha256").update(name).digest("hex").slice(0, 8);
  const [cable, far] = [`pfx${id}`, `pfy${id}`];
  const inside = (...argv: string[]) => execa("nsenter", [`--net=/proc/${String(State.Pid)}/ns/net`, ...argv]);
  await execa("ip", ["link", "add", cable, "type", "veth", "peer", "name", far, "netns", String(State.Pid)]);
  await inside("ip", "link", "set", far, "up");
  await inside("ip", "address", "add", labAddress, "dev", far);
  return {
    address: NetworkSettings.Networks[name]?.IPAddress ?? "",
    hostKey: fingerprint(Buffer.from(hostKey.publicKey.split(" ")[1] ?? "", "base64")),
    cable,
    run: async (...argv) => (await execa("nsenter", ["--target", String(State.Pid), "--all", ...argv])).stdout,
    remove: async () => {
      await container.remove({ force: true, v: true });
      await network.remove();
    },
  };
}

async function hostImage(engine: Engine): Promise<string> {
  const text = dockerfile(await clientImage(engine));
  const tag = `plugfest-test/existing-host:${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
  if ((await engine.images.find(tag)) !== undefined) return tag;
  const context = await packFiles([{ path: "Dockerfile", content: text, mode: 0o644 }]);
  const lines: string[] = [];
  try {
    await engine.images.build(context, { tag, args: {}, useCache: true, onLine: (line) => lines.push(line) });
  } catch (error) {
    throw new Error(`the image of the existing host was not built:\n${lines.slice(-20).join("\n")}`, { cause: error });
  }
  return tag;
}
