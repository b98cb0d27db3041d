import { expect, test } from "vitest";
import { readTopology } from "./load.js";
import { clashes } from "./subnets.js";

const { spec } = readTopology(
  "t.yaml",
  "name: t\ncluster: { nodes: 1, samba: '4.25', shares: { a: { path: /cluster/a } } }",
  { knownSamba: ["4.25"] },
);

test("a subnet that someone on the host uses is named with its user", () => {
  const other = { subnet: "10.77.0.0/16", name: "route via eth0" };
  expect(clashes(spec, [other, { subnet: "172.17.0.0/16", name: "bridge" }])).toEqual([
    { network: "private", subnet: "10.77.1.0/24", with: other },
    { network: "public", subnet: "10.77.2.0/24", with: other },
  ]);
});

test("a lab does not clash with itself, but with another lab", () => {
  expect(clashes(spec, [{ subnet: "10.77.1.0/24", name: "plugfest-t-private", lab: "t" }])).toEqual([]);
  expect(clashes(spec, [{ subnet: "10.77.1.0/24", name: "plugfest-u-private", lab: "u" }])).toHaveLength(1);
});

test("a default route and IPv6 are passed over", () => {
  expect(
    clashes(spec, [
      { subnet: "0.0.0.0/0", name: "default" },
      { subnet: "fd00::/8", name: "v6" },
    ]),
  ).toEqual([]);
});
