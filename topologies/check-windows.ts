import type { Finding } from "../core/finding.js";
import { runtimeOf } from "./defaults.js";
import type { TopologyFile } from "./schema.js";

/** Windows decides by itself what plugfest's own client is told. */
export function checkWindowsClients(file: TopologyFile): Finding[] {
  return Object.entries(file.clients).flatMap(([name, client]) =>
    client.kind === "windows" ? checkWindowsClient(["clients", name], client, file) : [],
  );
}

type Client = TopologyFile["clients"][string];

function checkWindowsClient(path: readonly string[], client: Client, file: TopologyFile): Finding[] {
  const findings: Finding[] = [];
  const refuse = (field: readonly string[], code: string, message: string, hint: string) =>
    findings.push({ path: [...path, ...field], code, message, hint });
  if (runtimeOf(client, file) === "docker") {
    const message = "Windows does not run in a container";
    const hint =
      "leave it out, or write runtime: qemu, or runtime: ssh for a host that is there already (docs/windows.md)";
    findings.push({ path: [...path, "runtime"], code: "windows-runtime", message, hint });
  }
  if (client.ssh?.user === "root") {
    const message = "Windows has no user root";
    refuse(["ssh"], "windows-user", message, "write ssh: { user: … }, an administrator of it");
  }
  const decides = (field: string, message: string, hint: string) => {
    refuse([field], "windows-decides", message, hint);
  };
  if (client.signing !== "auto") decides("signing", "Windows leaves the algorithm to the server", "remove it");
  if (client.encryption !== undefined) {
    decides("encryption", "Windows leaves the cipher to the server", "remove it; a share's smbConf can ask for one");
  }
  if (client.channels > 1) {
    const hint = "remove it; smbConf: { global: { server multi channel support: no } } leaves it at one";
    decides("channels", "Windows takes as many connections as it wants", hint);
  }
  if (client.witness) {
    decides("witness", "Windows registers by itself, where the share is a clustered one", "remove it");
  }
  return findings;
}
