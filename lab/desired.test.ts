import { expect, it } from "vitest";
import { unknownHost } from "../topologies/host-kernel.js";
import { loadTopology } from "../topologies/load.js";
import { desiredObjects } from "./desired.js";

/** The client of a shipped topology, as an object of its lab. */
function clientOf(topology: string, host = unknownHost) {
  const { spec } = loadTopology(topology, { cwd: "/", knownSamba: ["4.25"], host });
  const images = new Map([...spec.nodes, ...spec.clients].map(({ name }) => [name, "image"]));
  const found = desiredObjects(spec, images, []).find(({ id }) => id === "client/laptop");
  return found?.kind === "machine" ? found : undefined;
}

it("gives a virtual machine hardware, and the client program that a container has in its image", () => {
  const [container, machine] = [clientOf("redmond"), clientOf("redmond-machine")];
  expect(container).toMatchObject({ files: [] });
  expect(container).not.toHaveProperty("hardware");
  expect(machine?.hardware).toEqual({ memoryMiB: 512 });
  expect(machine?.files.map(({ path }) => path)).toContain("/usr/lib/plugfest/plugfest_smb3/__main__.py");
});

it("lets a container mount that has the kernel's client, and no other", () => {
  const capabilities = (of: ReturnType<typeof clientOf>) => of?.capabilities.map(({ name }) => name);
  const [user, kernel, machine] = [
    clientOf("redmond"),
    clientOf("redmond-kernel", { ...unknownHost, lackOfCifs: null }),
    clientOf("redmond-kernel"),
  ];
  expect(capabilities(kernel)).toEqual(["NET_RAW", "SYS_ADMIN", "DAC_READ_SEARCH", "DAC_OVERRIDE", "SYSLOG"]);
  expect(kernel?.ofKernel).toMatchObject({ mounts: true, devices: [{ path: "/dev/kmsg" }] });
  for (const other of [user, machine]) {
    expect(capabilities(other)).toEqual(["NET_RAW"]);
    expect(other).not.toHaveProperty("ofKernel");
  }
});

it("lets a container make the devices that its links are to have", () => {
  const host = { ...unknownHost, lackOfRdma: { rxe: null, siw: "none" } };
  const { spec } = loadTopology("roce", { cwd: "/", knownSamba: [], host });
  const left = desiredObjects(spec, new Map(spec.clients.map(({ name }) => [name, "image"])), []).find(
    ({ id }) => id === "client/left",
  );
  expect(left).toMatchObject({
    capabilities: [{ name: "NET_RAW" }, { name: "NET_ADMIN" }, { name: "IPC_LOCK" }],
    files: [{ path: "/etc/plugfest/rdma", content: "rxe rxe0.left.roce eth0\n" }],
    endpoints: [{ rdma: "rxe" }],
  });
});
