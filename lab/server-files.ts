import type { FileSpec } from "../core/remote.js";
import { serverMachineFiles } from "../images/machine-recipe.js";
import type { ServerSpec } from "../topologies/spec.js";

/** What makes a server of kind ksmbd of a machine: ksmbd.conf(5), its shares' folders, and what starts it. */
export function serverFiles({ shares }: ServerSpec): FileSpec[] {
  return [
    ...serverMachineFiles(),
    { path: "/etc/ksmbd/ksmbd.conf", content: renderKsmbdConf(shares), mode: 0o644 },
    { path: "/etc/plugfest/shares", content: shares.map(({ path }) => `${path}\n`).join(""), mode: 0o644 },
  ];
}

/** It serves on the lab's network alone, and not on the way in. The lab's account is none of the machine's. */
function renderKsmbdConf(shares: ServerSpec["shares"]): string {
  return [
    "[global]\n\tbind interfaces only = yes\n\tinterfaces = eth0\n\tdurable handles = yes\n",
    ...shares.map(({ name, path }) => `[${name}]\n\tpath = ${path}\n\tread only = no\n\tforce user = root\n`),
  ].join("\n");
}
