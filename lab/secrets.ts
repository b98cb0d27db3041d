import { randomBytes } from "node:crypto";
import { ToolError } from "../core/errors.js";
import type { FileSpec } from "../core/remote.js";
import type { ObservedObject } from "../topologies/objects.js";
import type { Provisioner } from "../provisioners/provisioner.js";

/** Where every machine of a lab finds the lab's SMB user, as JSON: {"user","password"}. */
export const credentialsPath = "/etc/plugfest/credentials";

const user = "plugfest";

/**
 * The lab's secrets: read back from any machine that has them, so that one made again gets the same, else new. The
 * machines are the only place where they are kept.
 */
export async function labSecrets(
  provisioner: Provisioner,
  lab: string,
  observed: readonly ObservedObject[],
): Promise<FileSpec[]> {
  for (const machine of observed.filter(({ kind }) => kind === "machine")) {
    const content = await readBack(provisioner, lab, machine.id.slice(machine.id.indexOf("/") + 1));
    if (content !== undefined) return [file(content)];
  }
  return [file(`${JSON.stringify({ user, password: randomBytes(18).toString("base64url") })}\n`)];
}

async function readBack(provisioner: Provisioner, lab: string, node: string): Promise<string | undefined> {
  try {
    return (await provisioner.connect(lab, node).get(credentialsPath))?.toString();
  } catch (error) {
    // A machine that went away, or stopped where only running ones can be read: another one may tell.
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

function file(content: string): FileSpec {
  return { path: credentialsPath, content, mode: 0o600 };
}
