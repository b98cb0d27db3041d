import { resolve } from "node:path";
import { renderNode } from "../cluster/render.js";
import { ownOwner } from "../core/owner.js";
import type { Provisioner } from "../provisioners/provisioner.js";
import { withNodeSamba } from "../topologies/node-samba.js";
import type { Stamp } from "../topologies/objects.js";
import type { LabSpec } from "../topologies/spec.js";
import { type ImageTags, desiredObjects } from "./desired.js";
import { labSecrets } from "./secrets.js";

export interface ReplaceOptions {
  readonly provisioner: Provisioner;
  readonly keep: boolean;
  readonly version: string;
  readonly signal?: AbortSignal;
}

/**
 * Puts another machine in a node's place, as this lab describes it: the same name, addresses, storage and secrets, and
 * whatever image. What the old one had on its own disk is gone. Does not wait until the node is in the cluster.
 */
export async function replaceNode(
  lab: LabSpec,
  node: string,
  images: ImageTags,
  { provisioner, keep, version, signal }: ReplaceOptions,
): Promise<void> {
  const id = `node/${node}`;
  const wanted = desiredObjects(lab, images, renderNode(lab)).find((object) => object.id === id);
  if (wanted === undefined) throw new Error(`no node ${node} in lab ${lab.name}`);
  const observed = await provisioner.observe({ lab: lab.name }, signal);
  const secrets = await labSecrets(provisioner, lab.name, observed);
  const old = observed.find((object) => object.id === id);
  const stamp: Stamp = { lab: lab.name, owner: ownOwner(), keep, version, source: resolve(lab.source) };
  if (old !== undefined) await provisioner.remove(old, signal);
  await provisioner.create(wanted, stamp, secrets, signal);
}

/** A lab all of whose nodes have this release of the catalogue, or the build of this name that one of them has. */
export function withSamba(lab: LabSpec, samba: string): LabSpec {
  const build = lab.nodes.find((node) => node.samba === samba)?.build;
  return { ...lab, nodes: lab.nodes.map((node) => withNodeSamba(node, samba, build)) };
}
