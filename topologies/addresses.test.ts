import fc from "fast-check";
import { expect, test } from "vitest";
import { capacityOf, planAddresses } from "./addresses.js";
import { cidrText, parseAddress, parseCidr } from "./cidr.js";
import type { Cidr } from "./cidr.js";

const cidr = (text: string) => parseCidr(text) as Cidr;

test("in a /24 the last number says who it is", () => {
  expect(planAddresses(cidr("10.77.2.0/24"), { nodes: 3, floating: 2, clients: 1 })).toEqual({
    gateway: "10.77.2.1",
    nodes: ["10.77.2.11", "10.77.2.12", "10.77.2.13"],
    floating: ["10.77.2.101", "10.77.2.102"],
    clients: ["10.77.2.201"],
  });
});

test("a small subnet is packed", () => {
  expect(planAddresses(cidr("10.77.2.16/28"), { nodes: 2, floating: 2, clients: 1 })).toEqual({
    gateway: "10.77.2.17",
    nodes: ["10.77.2.18", "10.77.2.19"],
    floating: ["10.77.2.20", "10.77.2.21"],
    clients: ["10.77.2.22"],
  });
});

test("a subnet that is one address short has no plan, and one that just fits has", () => {
  expect(capacityOf(cidr("10.77.2.0/29"))).toBe(5);
  expect(planAddresses(cidr("10.77.2.0/29"), { nodes: 3, floating: 2, clients: 1 })).toBeUndefined();
  expect(planAddresses(cidr("10.77.2.0/29"), { nodes: 2, floating: 2, clients: 1 })).toBeDefined();
});

test("no two get the same address, all are inside, and none is the subnet's own or its broadcast address", () => {
  const demand = fc.record({ nodes: fc.integer({ min: 1, max: 16 }), floating: fc.nat(120), clients: fc.nat(60) });
  fc.assert(
    fc.property(fc.nat(2 ** 32 - 1), fc.integer({ min: 16, max: 31 }), demand, (start, prefix, wanted) => {
      const size = 2 ** (32 - prefix);
      const subnet = { first: start - (start % size), prefix, size };
      const plan = planAddresses(subnet, wanted);
      const total = wanted.nodes + wanted.floating + wanted.clients;
      expect(plan === undefined, cidrText(subnet)).toBe(total > capacityOf(subnet));
      if (plan === undefined) return;
      const all = [plan.gateway, ...plan.nodes, ...plan.floating, ...plan.clients].map(
        (text) => parseAddress(text) ?? -1,
      );
      expect(new Set(all).size).toBe(total + 1);
      expect(Math.min(...all)).toBeGreaterThan(subnet.first);
      expect(Math.max(...all)).toBeLessThan(subnet.first + size - 1);
    }),
  );
});
