import { rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { execa } from "execa";
import { mirrorOf } from "../../images/apt-sources.js";
import { hostAptSources } from "../../images/base.js";

/** Binary packages of Samba's source that a node needs of one build, and some that it does not. */
const wanted =
  /^(samba|samba-(common|common-bin|libs|vfs-modules|ad-provision|ad-dc|dsdb-modules)|ctdb|smbclient|python3-(samba|ldb)|libsmbclient0?|libwbclient0|libldb2|libtalloc2)$/;

/** Downloads Samba's packages of one suite of this host's mirror into a folder; gives the version of samba. */
export async function downloadSamba(suite: string, folder: string): Promise<string> {
  let version = "";
  for (const field of await packagesOf(suite)) {
    const name = field("Package");
    if (!wanted.test(name) || !/^samba( |$)/.test(field("Source") || name)) continue;
    if (name === "samba") version = field("Version");
    await download(field("Filename"), folder);
  }
  return version;
}

/** Unpacks Debian's kernel of a suite of this host's mirror, with its modules, into a folder; gives its release. */
export async function downloadKernel(suite: string, folder: string): Promise<string> {
  const packages = await packagesOf(suite);
  const find = (name: string) => packages.find((field) => field("Package") === name);
  const release = /\blinux-image-(\S+)/.exec(find("linux-image-amd64")?.("Depends") ?? "")?.[1] ?? "";
  const field = find(`linux-image-${release}`);
  if (field === undefined) throw new Error(`${suite} has no package linux-image-${release}`);
  const deb = await download(field("Filename"), folder);
  await execa("dpkg-deb", ["-x", deb, folder]);
  rmSync(deb);
  return release;
}

/** The packages of a suite, each by what gives its fields. */
async function packagesOf(suite: string): Promise<((name: string) => string)[]> {
  const index = await get(`${archive()}/dists/${suite}/main/binary-amd64/Packages.xz`);
  const { stdout } = await execa("xz", ["-dc"], { input: index, maxBuffer: 2 ** 28 });
  return stdout
    .split("\n\n")
    .map((stanza) => (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(stanza)?.[1] ?? "");
}

async function download(path: string, folder: string): Promise<string> {
  const file = join(folder, basename(path));
  writeFileSync(file, await get(`${archive()}/${path}`));
  return file;
}

const archive = () => mirrorOf(hostAptSources()).archive;

async function get(url: string): Promise<Buffer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${String(answer.status)}`);
  return Buffer.from(await answer.arrayBuffer());
}
