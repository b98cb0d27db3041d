import type { Finding } from "../core/finding.js";
import { profileOf, whyMachine } from "./defaults.js";
import { rdmaOf, takesMachine } from "./rdma.js";
import type { TopologyFile } from "./schema.js";

/** The kernel's client has options of its own, and what plugfest's has is not all there in it. */
export function checkKernelClients(file: TopologyFile): Finding[] {
  return Object.entries(file.clients).flatMap(([name, client]) => {
    const path = ["clients", name];
    return client.kind === "cifs" ? checkKernelClient(path, client, file) : checkProgram(path, client);
  });
}

type Client = TopologyFile["clients"][string];

function checkProgram(path: readonly string[], { mount, kind }: Client): Finding[] {
  if (mount === undefined) return [];
  const message = `a client of kind ${kind} mounts nothing`;
  return [{ path: [...path, "mount"], code: "no-mount", message, hint: "remove it, or write kind: cifs" }];
}

function checkKernelClient(path: readonly string[], client: Client, file: TopologyFile): Finding[] {
  const findings: Finding[] = [];
  const refuse = (field: readonly string[], finding: Omit<Finding, "path">) =>
    findings.push({ path: [...path, ...field], ...finding });
  const why = client.runtime === "docker" ? whyMachine(client, file) : undefined;
  // What its device lacks is said by checkRdma.
  if (why !== undefined && !takesMachine(rdmaOf(client, file), file.host)) {
    const message = `it cannot be a container: ${why}`;
    refuse(["runtime"], { code: "kernel-client-in-container", message, hint: "remove it, or write runtime: qemu" });
  }
  if (client.signing !== "auto") {
    const message = "the kernel's client leaves the algorithm to the server";
    refuse(["signing"], { code: "not-the-kernels", message, hint: "remove it, or write mount: { sign: true }" });
  }
  if (client.encryption !== undefined) {
    const message = "the kernel's client leaves the cipher to the server";
    refuse(["encryption"], { code: "not-the-kernels", message, hint: "remove it, or write mount: { seal: true }" });
  }
  if (client.mount?.persistentHandles === true) {
    const field = ["mount", "persistentHandles"];
    if (client.mount.resilientHandles) {
      const message = "handles are persistent or resilient, not both";
      refuse(field, { code: "handles-contradict", message, hint: "remove one of them" });
    }
    const profile = file.cluster === undefined ? "none" : profileOf(file.cluster);
    if (profile !== "persistent") {
      const message = `the share has no persistent handles in profile ${profile}: the mount would fail`;
      refuse(field, { code: "handles-need-profile", message, hint: "remove it, or write profile: persistent" });
    }
  }
  return findings;
}
