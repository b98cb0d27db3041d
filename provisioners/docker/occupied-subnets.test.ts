import { expect, test } from "vitest";
import { parseRoutes } from "./occupied-subnets.js";

const table = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010011AC	0003	0	0	0	00000000	0	0	0
eth0	000011AC	00000000	0001	0	0	0	0000FFFF	0	0	0
tun0	00804D0A	00000000	0001	0	0	0	0080FFFF	0	0	0
`;

test("routes become subnets, and the default route does not", () => {
  expect(parseRoutes(table)).toEqual([
    { subnet: "172.17.0.0/16", name: "this host's route by eth0" },
    { subnet: "10.77.128.0/17", name: "this host's route by tun0" },
  ]);
});
