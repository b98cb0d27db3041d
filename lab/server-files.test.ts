import { expect, test } from "vitest";
import { loadTopology } from "../topologies/load.js";
import { desiredObjects } from "./desired.js";

test("a server of kind ksmbd is a machine with RDMA whose files make it serve its shares", () => {
  const { spec } = loadTopology("smbdirect", { cwd: "/", knownSamba: [] });
  const images = new Map(["nas", "laptop"].map((name) => [name, `image-of-${name}`]));
  const nas = desiredObjects(spec, images, []).find(({ id }) => id === "server/nas");
  if (nas?.kind !== "machine") throw new Error("there is no machine nas");
  expect(nas).toMatchObject({
    ...{ role: "server", image: "image-of-nas", hardware: { memoryMiB: 512 } },
    endpoints: [{ network: "public", address: "10.77.84.202", mtu: 9000, rdma: "rxe" }],
  });
  const content = (path: string) => nas.files.find((file) => file.path === path)?.content.toString();
  expect(content("/etc/ksmbd/ksmbd.conf")).toContain("[dvd]\n\tpath = /srv/dvd\n\tread only = no\n");
  expect(content("/etc/plugfest/shares")).toBe("/srv/dvd\n");
  expect(nas.files.find(({ path }) => path === "/etc/plugfest/start")?.mode).toBe(0o755);
});
