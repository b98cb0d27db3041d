import { readFile } from "node:fs/promises";
import type Docker from "dockerode";
import { request } from "./errors.js";
import { label } from "./labels.js";

interface OccupiedSubnet {
  readonly subnet: string;
  readonly name: string;
  readonly lab?: string;
}

/** IPv4 subnets that the engine's networks have, and, of an engine on this machine, those that its routes lead to. */
export async function occupiedSubnets(docker: Docker, local: boolean, signal?: AbortSignal): Promise<OccupiedSubnet[]> {
  const networks = await request("list networks", signal, () =>
    docker.listNetworks(signal ? { abortSignal: signal } : {}),
  );
  const ofNetworks = networks.flatMap(({ Name, IPAM, Labels }): OccupiedSubnet[] => {
    const lab = Labels?.[label.lab];
    const subnets = (IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet && !Subnet.includes(":") ? [Subnet] : []));
    return subnets.map((subnet) => ({ subnet, name: `Docker network ${Name}`, ...(lab === undefined ? {} : { lab }) }));
  });
  if (!local) return ofNetworks;
  // A network's bridge has a route too: it says nothing that its network does not.
  const known = new Set(ofNetworks.map(({ subnet }) => subnet));
  const routes = parseRoutes(await readRouteTable()).filter(({ subnet }) => !known.has(subnet));
  return [...ofNetworks, ...routes];
}

/** The lines of /proc/net/route (proc(5)): addresses in hex, as a little-endian machine stores them. No default route. */
export function parseRoutes(table: string): OccupiedSubnet[] {
  const lines = table.split("\n").slice(1);
  return lines.flatMap((line): OccupiedSubnet[] => {
    const [device, destination, , , , , , mask] = line.trim().split(/\s+/);
    if (device === undefined || destination === undefined || mask === undefined) return [];
    const prefix = octets(mask).reduce((bits, octet) => bits + octet.toString(2).replaceAll("0", "").length, 0);
    if (prefix === 0) return [];
    return [{ subnet: `${octets(destination).join(".")}/${String(prefix)}`, name: `this host's route by ${device}` }];
  });
}

function octets(hex: string): number[] {
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

async function readRouteTable(): Promise<string> {
  try {
    return await readFile("/proc/net/route", "utf8");
  } catch {
    // Not Linux: the engine then runs in a virtual machine of its own, whose routes are not ours.
    return "";
  }
}
