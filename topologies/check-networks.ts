import type { Finding } from "../core/finding.js";
import { capacityOf } from "./addresses.js";
import type { Cidr } from "./cidr.js";
import { cidrText, isPrivate, overlaps, parseCidr } from "./cidr.js";
import { publicAddressCount } from "./defaults.js";
import type { TopologyFile } from "./schema.js";

/** Whether the subnets can be used, are apart from each other, and hold all that needs an address. */
export function checkNetworks(file: TopologyFile): Finding[] {
  const nodes = file.cluster?.nodes ?? 0;
  const clients = Object.keys(file.clients).length;
  const servers = Object.keys(file.servers).length;
  const machines = nodes + servers + clients;
  const who = [count(nodes, "node"), ...(servers > 0 ? [count(servers, "server")] : []), count(clients, "client")];
  const floating = file.cluster === undefined ? 0 : publicAddressCount(file.cluster);
  const [inside, outside] = [parseCidr(file.networks.private.subnet), parseCidr(file.networks.public.subnet)];
  return [
    ...checkSubnet(file, "private"),
    ...checkSubnet(file, "public"),
    ...(inside && outside ? checkApart(inside, outside) : []),
    ...(inside ? checkMachines("private", inside, nodes, count(nodes, "node")) : []),
    ...(outside ? checkMachines("public", outside, machines, who.join(" and ")) : []),
    ...(outside ? checkFloating(outside, floating, machines) : []),
  ];
}

type NetworkName = keyof TopologyFile["networks"];

const pathOf = (network: NetworkName) => ["networks", network, "subnet"];

/** The smallest block that still has an address for one machine beside the gateway. */
const longestPrefix = 30;
const shortestPrefix = 16;

function checkSubnet({ networks }: TopologyFile, name: NetworkName): Finding[] {
  const { subnet } = networks[name];
  const wrong = (message: string, hint?: string) => [{ path: pathOf(name), code: "wrong-subnet", message, hint }];
  const cidr = parseCidr(subnet);
  if (cidr === undefined) return wrong(`expected an IPv4 subnet such as 10.77.1.0/24, got "${subnet}"`);
  if (cidrText(cidr) !== subnet) {
    return wrong(`${subnet} is an address within a subnet`, `the subnet is ${cidrText(cidr)}`);
  }
  if (cidr.prefix < shortestPrefix || cidr.prefix > longestPrefix) {
    return wrong(`expected a subnet from /${String(shortestPrefix)} to /${String(longestPrefix)}, got ${subnet}`);
  }
  if (isPrivate(cidr)) return [];
  return wrong(
    `${subnet} belongs to the Internet, which the host would no longer reach there`,
    "use a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
  );
}

function checkApart(inside: Cidr, outside: Cidr): Finding[] {
  if (!overlaps(inside, outside)) return [];
  const message = `${cidrText(outside)} overlaps with the private network, ${cidrText(inside)}`;
  return [
    { path: pathOf("public"), code: "overlapping-subnets", message, hint: "give each network addresses of its own" },
  ];
}

function checkMachines(network: NetworkName, subnet: Cidr, needed: number, who: string): Finding[] {
  if (needed <= capacityOf(subnet)) return [];
  const message = `${cidrText(subnet)} has ${String(capacityOf(subnet))} addresses to give, and ${who} need ${String(needed)}`;
  return [{ path: pathOf(network), code: "subnet-too-small", message, hint: `use a larger one, such as a /24` }];
}

function checkFloating(subnet: Cidr, floating: number, machines: number): Finding[] {
  const left = capacityOf(subnet) - machines;
  // Without room for the machines, the subnet is what is wrong.
  if (left < 0 || floating <= left) return [];
  const message = `${cidrText(subnet)} has room for ${String(left)} public addresses beside the machines, got ${String(floating)}`;
  return [
    {
      path: ["cluster", "publicAddresses", "count"],
      code: "too-many-addresses",
      message,
      hint: "ask for fewer, or make networks.public.subnet larger",
    },
  ];
}

function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? "" : "s"}`;
}
