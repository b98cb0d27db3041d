import type { Owner } from "../../core/owner.js";
import type { ObjectSpec, ObservedObject, Stamp } from "../../topologies/objects.js";
import { specHash } from "../../core/hash.js";

export type Labels = Readonly<Record<string, string>>;

/** Every label plugfest writes on an engine's objects; docs/internals.md lists them. */
export const label = {
  lab: "plugfest.lab",
  id: "plugfest.id",
  kind: "plugfest.kind",
  node: "plugfest.node",
  spec: "plugfest.spec",
  owner: "plugfest.owner",
  keep: "plugfest.keep",
  version: "plugfest.version",
  source: "plugfest.source",
  uplink: "plugfest.uplink",
} as const;

export function labelsOf(spec: ObjectSpec, stamp: Stamp): Record<string, string> {
  return {
    [label.lab]: spec.lab,
    [label.id]: spec.id,
    [label.kind]: spec.kind,
    ...(spec.kind === "machine" ? { [label.node]: spec.node } : {}),
    [label.spec]: specHash(spec),
    [label.owner]: JSON.stringify(stamp.owner),
    [label.keep]: String(stamp.keep),
    [label.version]: stamp.version,
    [label.source]: stamp.source,
    ...(spec.kind === "network" && spec.uplink !== undefined ? { [label.uplink]: spec.uplink } : {}),
  };
}

/** The engine's filter for the objects of one lab, or of all labs. */
export function labelFilter(lab: string | undefined): string[] {
  return lab === undefined ? [label.lab, label.owner] : [`${label.lab}=${lab}`, label.owner];
}

/** What the labels say, or undefined for an object whose stamp is not whole: such an object is a stranger's. */
export function readLabels(
  labels: Labels,
): Omit<ObservedObject, "ref" | "state" | "stateReason" | "createdMs"> | undefined {
  const [lab, id, kind] = [labels[label.lab], labels[label.id], kindOf(labels[label.kind])];
  const owner = readOwner(labels[label.owner]);
  if (lab === undefined || id === undefined || kind === undefined || owner === undefined) return undefined;
  const stamp = {
    ...{ lab, owner, keep: labels[label.keep] === "true", version: labels[label.version] ?? "" },
    source: labels[label.source] ?? "",
  };
  return { id, lab, kind, specHash: labels[label.spec] ?? "", stamp };
}

/** The engine's name of an object: `plugfest-redmond-node1`. */
export function nameOf({ lab, id }: { readonly lab: string; readonly id: string }): string {
  return `plugfest-${lab}-${id.slice(id.indexOf("/") + 1)}`;
}

function kindOf(text: string | undefined): ObjectSpec["kind"] | undefined {
  return text === "network" || text === "volume" || text === "machine" || text === "marker" ? text : undefined;
}

function readOwner(text: string | undefined): Owner | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Partial<Owner>;
    const { host, bootId, pid, startTicks } = value;
    if (typeof host !== "string" || typeof bootId !== "string") return undefined;
    if (typeof pid !== "number" || typeof startTicks !== "number") return undefined;
    return { host, bootId, pid, startTicks };
  } catch {
    return undefined;
  }
}
