import type { LabSpec, Profile } from "../topologies/spec.js";

/** Who has a share, and how it is reached. */
export interface ShareHome {
  readonly kind: "samba" | "ksmbd";
  /** Its folder, on the machines that have it. */
  readonly path: string;
  /** What clients connect to. */
  readonly addresses: readonly string[];
  readonly profile: Profile;
  /** The machines that have it, with addresses that do not move. */
  readonly machines: readonly { readonly name: string; readonly address: string }[];
}

/** All shares of a lab, by name: the cluster's, and those of servers that stand alone. */
export function shareHomes({ cluster, nodes, servers }: LabSpec): ReadonlyMap<string, ShareHome> {
  const { publicAddresses: addresses, profile } = cluster;
  const machines = nodes.map(({ name, publicAddress: address }) => ({ name, address }));
  const ofCluster = cluster.shares.map(({ name, path }): [string, ShareHome] => [
    name,
    { kind: "samba", path, addresses, profile, machines },
  ]);
  const ofServers = servers.flatMap(({ name, address, kind, shares }) =>
    shares.map((share): [string, ShareHome] => [
      share.name,
      { kind, path: share.path, addresses: [address], profile: "none", machines: [{ name, address }] },
    ]),
  );
  return new Map([...ofCluster, ...ofServers]);
}

/** The home of a share that `validate` knows. */
export function shareHome(spec: LabSpec, share: string): ShareHome {
  const home = shareHomes(spec).get(share);
  if (home === undefined) throw new Error(`share ${share} was validated but is not in the lab`);
  return home;
}
