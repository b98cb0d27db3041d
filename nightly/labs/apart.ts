import { addressText, cidrText, overlaps, parseCidr } from "../../topologies/cidr.js";
import type { Cidr } from "../../topologies/cidr.js";
import { movedTopology, whyNotMoved } from "../../topologies/moved.js";
import type { LabSpec, NetworkSpec } from "../../topologies/spec.js";
import { areApart, subnetsOf } from "../../topologies/subnets.js";
import type { OccupiedSubnet } from "../../topologies/subnets.js";
import type { NightCell } from "../night-cell.js";
import type { NightLab } from "./night-lab.js";

/** What is there before the night makes anything. */
export interface Taken {
  readonly labs: readonly string[];
  readonly subnets: readonly OccupiedSubnet[];
}

export const nothingTaken: Taken = { labs: [], subnets: [] };

/** Labs that are moved get their subnets from here: labs as they are written, and container engines, seldom are in it. */
const POOL = parseCidr("10.160.0.0/11");
const LONGEST_NAME = 24;

/**
 * The labs of a night so that several can be at once: one that has the name or an address of an earlier one gets others.
 * What cannot be moved stays, and waits for its turn. `cells` are those of each lab, in order.
 */
export function labsApart(
  cells: readonly (readonly NightCell[])[],
  { labs, subnets }: Taken,
  options: { readonly knownSamba: readonly string[] },
): NightLab[] {
  const found: NightLab[] = [];
  const specs = cells.flatMap(([first]) => (first === undefined ? [] : [first.lab.spec]));
  const names = new Set([...labs, ...specs.map(({ name }) => name)]);
  const occupied = [...subnets, ...specs.flatMap(subnetsOf)];
  for (const own of cells) {
    const lab = own[0]?.lab;
    if (lab === undefined) continue;
    const { spec } = lab;
    if (found.every((one) => areApart(one.spec, spec))) {
      found.push(...labAsItIs(own));
      continue;
    }
    const why = whyNotMoved(
      spec,
      own.map((cell) => cell.scenarioOf(1).source.text),
    );
    const place = why === undefined ? placeFor(spec, names, occupied) : undefined;
    if (place === undefined) {
      const staysBecause = why ?? "no subnets as large as its own are free";
      found.push({ cells: own, spec, movedFrom: null, staysBecause });
      continue;
    }
    const moved = movedTopology(lab, place, options);
    names.add(place.name);
    occupied.push(...subnetsOf(moved.spec));
    found.push({
      ...{ cells: own.map((cell) => ({ ...cell, lab: moved })), spec: moved.spec },
      ...{ movedFrom: spec.name, staysBecause: null },
    });
  }
  return found;
}

/** The lab of cells where no other one is beside it. */
export function labAsItIs(cells: readonly NightCell[]): NightLab[] {
  const spec = cells[0]?.lab.spec;
  return spec === undefined ? [] : [{ cells, spec, movedFrom: null, staysBecause: null }];
}

function placeFor(spec: LabSpec, names: ReadonlySet<string>, occupied: readonly OccupiedSubnet[]) {
  const used = occupied.flatMap(({ subnet }) => parseCidr(subnet) ?? []).filter(({ prefix }) => prefix > 0);
  const subnets: Record<string, string> = {};
  for (const { name, prefix } of spec.networks) {
    const free = freeSubnet(prefix, used);
    if (free === undefined) return undefined;
    used.push(free);
    subnets[name] = cidrText(free);
  }
  return { name: freeName(spec.name, names), subnets };
}

function freeSubnet(prefix: NetworkSpec["prefix"], used: readonly Cidr[]): Cidr | undefined {
  if (POOL === undefined) return undefined;
  const size = 2 ** (32 - prefix);
  for (let first = POOL.first; first + size <= POOL.first + POOL.size; first += size) {
    const one = parseCidr(`${addressText(first)}/${String(prefix)}`);
    if (one !== undefined && !used.some((other) => overlaps(one, other))) return one;
  }
  return undefined;
}

function freeName(name: string, names: ReadonlySet<string>): string {
  for (let nth = 2; ; nth++) {
    const suffix = `-${String(nth)}`;
    const one = `${name.slice(0, LONGEST_NAME - suffix.length).replace(/-+$/, "")}${suffix}`;
    if (!names.has(one)) return one;
  }
}
