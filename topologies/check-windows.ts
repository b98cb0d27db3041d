import type { Finding } from "../core/finding.js";
import { runtimeOf } from "./defaults.js";
import type { TopologyFile } from "./schema.js";

/** Windows decides by itself what plugfest's own client is told. */
export function checkWindowsClients(file: TopologyFile): Finding[] {
  return Object.entries(file.clients).flatMap(([name, client]) => [
    ...checkImage(["clients", name, "image"], client, file),
    ...(client.kind === "windows" ? checkWindowsClient(["clients", name], client, file) : []),
  ]);
}

/** Only what starts in a machine of plugfest's has an image that somebody added. */
function checkImage(path: readonly string[], client: Client, file: TopologyFile): Finding[] {
  const isMachine = runtimeOf(client, file) === "qemu";
  if (client.image === undefined || (client.kind === "windows" && isMachine)) return [];
  const message =
    client.kind === "windows"
      ? "no image is started here, only in a virtual machine"
      : `it names a Windows, and a client of kind ${client.kind} starts from an image that plugfest makes`;
  return [{ path, code: "image-of-windows", message, hint: "remove it, or write kind: windows with runtime: qemu" }];
}

type Client = TopologyFile["clients"][string];

function checkWindowsClient(path: readonly string[], client: Client, file: TopologyFile): Finding[] {
  const findings: Finding[] = [];
  const refuse = (field: string, finding: Omit<Finding, "path">) =>
    findings.push({ path: [...path, field], ...finding });
  if (runtimeOf(client, file) === "docker") {
    const message = "Windows does not run in a container";
    const hint =
      "leave it out, or write runtime: qemu, or runtime: ssh for a host that is there already (docs/windows.md)";
    refuse("runtime", { code: "windows-runtime", message, hint });
  }
  if (client.ssh?.user === "root") {
    const message = "Windows has no user root";
    refuse("ssh", { code: "windows-user", message, hint: "write ssh: { user: … }, an administrator of it" });
  }
  const decides = (field: string, message: string, hint: string) => {
    refuse(field, { code: "windows-decides", message, hint });
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
