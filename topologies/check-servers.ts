import type { Finding } from "../core/finding.js";
import { rdmaOf } from "./rdma.js";
import type { TopologyFile } from "./schema.js";

/** A step names a share and not who has it: each is of one alone. And SMB Direct takes a server that speaks it. */
export function checkServers(file: TopologyFile): Finding[] {
  const { servers, cluster, clients } = file;
  const owners = new Map(Object.keys(cluster?.shares ?? {}).map((share) => [share, "the cluster"]));
  const twice = Object.entries(servers).flatMap(([name, { shares }]) =>
    shares.flatMap((share, index): Finding[] => {
      const owner = owners.get(share);
      owners.set(share, owner ?? name);
      if (owner === undefined) return [];
      const message = `the share "${share}" is one of ${owner}${owner === name ? " already" : ""}, and scenarios know a share by its name`;
      return [{ path: ["servers", name, "shares", index], code: "share-twice", message, hint: "rename it" }];
    }),
  );
  const direct = Object.entries(clients).filter(([, { mount }]) => mount?.rdma === true);
  return [
    ...twice,
    ...direct.flatMap(([name, client]): Finding[] => {
      const path = ["clients", name, "mount", "rdma"];
      const device = rdmaOf(client, file);
      if (device === undefined) {
        const message = "SMB Direct goes over RDMA, which its link to the public network does not have";
        return [{ path, code: "no-rdma", message, hint: "write networks: { public: { rdma: rxe } }" }];
      }
      const others = Object.values(servers);
      if (others.some((server) => rdmaOf(server, file) === device)) return [];
      if (others.length > 0) {
        const message = `no server has a device of its sort, ${device}, and others do not understand it`;
        return [{ path, code: "no-rdma", message, hint: `write rdma: ${device} at the server` }];
      }
      const message = "a cluster of Samba has no SMB Direct, and there is no other server";
      return [{ path, code: "no-smb-direct", message, hint: "write servers: { nas: { kind: ksmbd, shares: [dvd] } }" }];
    }),
  ];
}
