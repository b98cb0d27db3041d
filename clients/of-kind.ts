import type { Remote } from "../core/remote.js";
import type { ClientSpec } from "../topologies/spec.js";
import { cifsClient } from "./cifs.js";
import type { Client } from "./client.js";
import { smb3Client } from "./smb3.js";
import { windowsClient } from "./windows.js";

/** The client of a topology, on the machine that it has. */
export function clientOf(machine: Remote, spec: ClientSpec): Client {
  if (spec.kind === "windows") return windowsClient(machine);
  return spec.mount === null ? smb3Client(machine, spec) : cifsClient(machine, { ...spec, mount: spec.mount });
}
