import type { Client } from "../clients/client.js";
import { clientOf } from "../clients/of-kind.js";
import { clusterOf } from "../cluster/verbs.js";
import { wantedImages } from "../lab/lab-images.js";
import { patience } from "../lab/patience.js";
import { replaceNode, withSamba } from "../lab/replace-node.js";
import { capturePoint } from "../provisioners/capture-point.js";
import type { Provisioner } from "../provisioners/provisioner.js";
import type { RunParts } from "../scenarios/run.js";
import type { LabSpec } from "../topologies/spec.js";

export interface LabPartsOptions {
  readonly provisioner: Provisioner;
  /** Whether what replaces a node is to outlive this process, as the lab does. */
  readonly keep: boolean;
  readonly version: string;
  readonly stateFolder: string;
  readonly signal: AbortSignal;
}

/** What steps need of a lab that is up. */
export function labParts(
  spec: LabSpec,
  { provisioner, keep, version, stateFolder, signal }: LabPartsOptions,
): Pick<RunParts, "spec" | "clients" | "remote" | "captureAt" | "cluster" | "machines" | "replace" | "nodeLogs"> {
  const remote = (node: string) => provisioner.connect(spec.name, node);
  return {
    ...{ spec, remote },
    captureAt: (client) => capturePoint(spec, client, remote),
    clients: new Map<string, Client>(
      spec.clients.map((client) => [client.name, clientOf(remote(client.name), client, patience(spec))]),
    ),
    cluster: clusterOf(spec.nodes, remote),
    machines: provisioner.machines(spec.name),
    replace: async (node, samba) => {
      const other = withSamba(spec, samba);
      const images = await wantedImages(other, stateFolder, signal);
      await replaceNode(other, node, images, { provisioner, keep, version, signal });
    },
    nodeLogs: (node, sinceMs) => provisioner.logs(spec.name, node, { sinceMs }),
  };
}
