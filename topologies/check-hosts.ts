import type { Finding } from "../core/finding.js";
import { planAddresses } from "./addresses.js";
import { parseAddress, parseCidr } from "./cidr.js";
import { publicAddressCount } from "./defaults.js";
import type { TopologyFile } from "./schema.js";

/** Whether hosts that are there already can be reached, and be on the public network with an address nobody else has. */
export function checkHosts(file: TopologyFile): Finding[] {
  const { clients, networks } = file;
  const hosts = Object.entries(clients).filter(([, { runtime }]) => runtime === "ssh");
  const found = Object.entries(clients).flatMap(([name, client]) => checkClient(name, client));
  const [first] = hosts;
  if (first !== undefined && networks.public.uplink === undefined) {
    found.push({
      ...{ path: ["clients", first[0], "runtime"], code: "no-uplink" },
      message: "an existing host is on the public network by an interface of this host, and the network has none",
      hint: "write networks: { public: { uplink: eth1 } }, with the interface whose cable leads to it (docs/existing-hosts.md)",
    });
  }
  return [...found, ...checkAddresses(file)];
}

type Client = TopologyFile["clients"][string];

function checkClient(name: string, { kind, runtime, ssh, address }: Client): Finding[] {
  const path = ["clients", name];
  if (runtime === "ssh" && kind === "cifs") {
    const message = `a client of kind ${kind} mounts a share, which plugfest does on no machine but its own`;
    const hint = "write kind: smb3 or windows, or runtime: qemu";
    return [{ path: [...path, "kind"], code: "not-on-a-host", message, hint }];
  }
  if (runtime === "ssh") {
    if (ssh !== undefined) return [];
    const hint = "write ssh: { address: …, hostKey: SHA256:… } (docs/existing-hosts.md)";
    return [{ path, field: "runtime", code: "no-way-in", message: "runtime ssh does not say which host", hint }];
  }
  const wrong = (field: string, message: string): Finding => ({
    ...{ path: [...path, field], at: "key", code: "host-field", message },
    hint: "write runtime: ssh, or remove it",
  });
  return [
    ...(ssh === undefined ? [] : [wrong("ssh", "this is the way to a host that is there already")]),
    ...(address === undefined ? [] : [wrong("address", "plugfest gives addresses to the machines that it makes")]),
  ];
}

/** An address of a host's own must be in the public subnet, and not one that plugfest gives. */
function checkAddresses(file: TopologyFile): Finding[] {
  const { clients, servers, networks, cluster } = file;
  const subnet = parseCidr(networks.public.subnet);
  const floating = cluster === undefined ? 0 : publicAddressCount(cluster);
  const demand = {
    nodes: cluster?.nodes ?? 0,
    floating,
    clients: Object.keys(clients).length + Object.keys(servers).length,
  };
  const planned = subnet && planAddresses(subnet, demand);
  if (subnet === undefined || planned === undefined) return [];
  const given = new Map<string, string>([[planned.gateway, "this host's own"]]);
  planned.nodes.forEach((address, index) => given.set(address, `that of node${String(index + 1)}`));
  for (const address of planned.floating) given.set(address, "a public address of the cluster");
  Object.entries(clients).forEach(([name, client], index) => {
    const address = planned.clients[index];
    if (client.address === undefined && address !== undefined) given.set(address, `that of client ${name}`);
  });
  Object.keys(servers).forEach((name, index) => {
    const address = planned.clients[Object.keys(clients).length + index];
    if (address !== undefined) given.set(address, `that of server ${name}`);
  });
  return Object.entries(clients).flatMap(([name, { runtime, address }]): Finding[] => {
    if (runtime !== "ssh" || address === undefined) return [];
    const wrong = (message: string): Finding[] => [
      {
        path: ["clients", name, "address"],
        code: "wrong-address",
        message,
        hint: `take a free one of ${networks.public.subnet}`,
      },
    ];
    const number = parseAddress(address);
    if (number === undefined) return wrong(`expected an IPv4 address, got "${address}"`);
    const offset = number - subnet.first;
    if (offset <= 0 || offset >= subnet.size - 1) return wrong(`${address} is no address of the public network`);
    const whose = given.get(address);
    if (whose !== undefined) return wrong(`${address} is ${whose}`);
    given.set(address, `that of client ${name}`);
    return [];
  });
}
