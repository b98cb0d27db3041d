import { createHash } from "node:crypto";

/** A host key's fingerprint as `ssh-keygen -l` prints it. */
export function fingerprint(hostKey: Buffer): string {
  return `SHA256:${createHash("sha256").update(hostKey).digest("base64").replace(/=+$/, "")}`;
}

/** The key's own name of its sort, such as `ssh-ed25519`: the first field of it (RFC 4253, 6.6). */
export function keySort(hostKey: Buffer): string {
  return hostKey.subarray(4, 4 + hostKey.readUInt32BE(0)).toString("latin1");
}
