import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { execa } from "execa";
import { mirrorOf } from "../../images/apt-sources.js";
import { hostAptSources } from "../../images/base.js";

/** Binary packages of Samba's source that a node needs of one build, and some that it does not. */
const wanted =
  /^(samba|samba-(common|common-bin|libs|vfs-modules|ad-provision|ad-dc|dsdb-modules)|ctdb|smbclient|python3-(samba|ldb)|libsmbclient0?|libwbclient0|libldb2|libtalloc2)$/;

/** Downloads Samba's packages of one suite of this host's mirror into a folder; gives the version of samba. */
export async function downloadSamba(suite: string, folder: string): Promise<string> {
  const { archive } = mirrorOf(hostAptSources());
  const index = await get(`${archive}/dists/${suite}/main/binary-amd64/Packages.xz`);
  const { stdout } = await execa("xz", ["-dc"], { input: index, maxBuffer: 2 ** 28 });
  let version = "";
  for (const stanza of stdout.split("\n\n")) {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(stanza)?.[1] ?? "";
    const name = field("Package");
    if (!wanted.test(name) || !/^samba( |$)/.test(field("Source") || name)) continue;
    if (name === "samba") version = field("Version");
    writeFileSync(join(folder, basename(field("Filename"))), await get(`${archive}/${field("Filename")}`));
  }
  return version;
}

async function get(url: string): Promise<Buffer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${String(answer.status)}`);
  return Buffer.from(await answer.arrayBuffer());
}
