import { expect, test } from "vitest";
import { spec } from "../lab.fixture.js";
import { rdmaDevices } from "./devices.js";
import { pairsBetween } from "./devices-between.js";

const on = (rdma: (typeof spec.nodes)[number]["rdma"], runtime: "docker" | "qemu" = "qemu") =>
  rdmaDevices({ ...spec, nodes: spec.nodes.map((node) => ({ ...node, runtime, rdma })) });

test("a node's devices have the numbers of its interfaces", () => {
  expect(on({ private: "rxe", public: "siw" }).filter(({ node }) => node === "node1")).toEqual([
    { node: "node1", network: "private", kind: "rxe", device: "rxe0", interface: "eth0", address: "10.90.1.11" },
    { node: "node1", network: "public", kind: "siw", device: "siw1", interface: "eth1", address: "10.90.2.11" },
  ]);
  expect(on({ private: null, public: "rxe" }).map(({ device }) => device)).toEqual(["rxe1", "rxe1"]);
});

test("containers share a kernel, and none of their devices is called like another", () => {
  const named = on({ private: "rxe", public: "rxe" }, "docker").map(({ device }) => device);
  expect(named).toContain(`rxe1.node2.${spec.name}`);
  expect(new Set(named).size).toBe(named.length);
});

test("two machines meet on each network that both have a device on", () => {
  const between = (devices: ReturnType<typeof rdmaDevices>, from: string, to: string) =>
    pairsBetween(devices, from, to).map((pair) => `${pair.from.address} ${pair.to.address}`);
  const both = on({ private: "rxe", public: "rxe" });
  expect(between(both, "node1", "node2")).toEqual(["10.90.1.11 10.90.1.12", "10.90.2.11 10.90.2.12"]);
  expect(between(both, "node1/public", "node2")).toEqual(["10.90.2.11 10.90.2.12"]);
  expect(between(both, "node1/public", "node2/private")).toEqual([]);
  expect(between(on({ private: "rxe", public: null }), "node1", "node2")).toHaveLength(1);
});
