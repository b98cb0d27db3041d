import type { Remote } from "../core/remote.js";
import type { ClientSpec } from "../topologies/spec.js";
import { cifsClient } from "./cifs.js";
import type { Client } from "./client.js";
import { smb3Client } from "./smb3.js";
import { windowsClient } from "./windows.js";

/** The client of a topology, on the machine that it has; `patience`: how many times as long its servers may take. */
export function clientOf(machine: Remote, spec: ClientSpec, patience: number): Client {
  if (spec.kind === "windows") return windowsClient(machine);
  return spec.mount === null
    ? smb3Client(machine, spec, patience)
    : cifsClient(machine, { ...spec, mount: spec.mount });
}
