import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { fakeClock } from "../core/clock.js";
import { sambaVersions } from "../images/catalogue.js";
import { sealWindowsImage, windowsImageFolder, windowsTag } from "../images/windows-image/windows-store.js";
import { capturePoint } from "../provisioners/capture-point.js";
import { tapName } from "../provisioners/qemu/machine-folder.js";
import { loadTopology } from "../topologies/load.js";
import { ensureLabImages, wantedImages } from "./lab-images.js";
import { lackingWindows, refuseLackingWindows } from "./windows-images.js";
import { desiredObjects } from "./desired.js";

const state = mkdtempSync(join(tmpdir(), "plugfest-lab-images-"));
afterAll(() => {
  rmSync(state, { recursive: true });
});

const { spec } = loadTopology("redmond-windows", { cwd: "/", knownSamba: sambaVersions });

function addWindows(hash: string, addedMs: number, name: string | null = null): string {
  const tag = windowsTag(hash);
  const unfinished = `${windowsImageFolder(state, tag)}.unfinished`;
  mkdirSync(unfinished, { recursive: true });
  for (const name of ["root.qcow2", "variables.qcow2"]) writeFileSync(join(unfinished, name), name);
  const facts = { user: "plugfest", devices: "inbox", tpm: false, from: "w.iso", system: "Windows 11" } as const;
  return sealWindowsImage(state, tag, unfinished, { ...facts, addedMs, name }).tag;
}

it("a kernel's client that registers with the witness has modules that were compiled with that, unless its kernel is the user's", async () => {
  const { spec } = loadTopology("redmond-kernel", { cwd: "/", knownSamba: sambaVersions });
  const tag = async (witness: boolean) =>
    (await wantedImages({ ...spec, clients: spec.clients.map((one) => ({ ...one, witness })) }, state)).get("laptop");
  expect(await tag(true)).toContain("smbdirect");
  expect(await tag(false)).not.toContain("smbdirect");
});

it("nodes with RDMA boot an image with its tools, and have devices on the links that say so", async () => {
  const { spec: plain } = loadTopology("redmond-vm", { cwd: "/", knownSamba: sambaVersions });
  const rdma = { private: "rxe", public: null } as const;
  const spec = { ...plain, nodes: plain.nodes.map((node) => ({ ...node, rdma })) };
  const images = await wantedImages(spec, state);
  expect((await wantedImages(plain, state)).get("node1")).not.toContain("rdma");
  expect(images.get("node1")).toContain("-rdma-");
  const node = desiredObjects(spec, images, []).find(({ id }) => id === "node/node1");
  expect(node).toMatchObject({ endpoints: [{ network: "private", rdma: "rxe" }, { network: "public" }] });
  expect(JSON.stringify(node).match(/"rdma":/g)).toHaveLength(1);
});

describe("a lab with a Windows client in a virtual machine", () => {
  it("can be planned without a Windows, and is refused before anything is built, with what adds one", async () => {
    expect(lackingWindows(spec, state)).toMatchObject([{ clients: ["laptop"], message: "no Windows was added yet" }]);
    expect((await wantedImages(spec, state)).has("laptop")).toBe(true);
    const surroundings = { stateFolder: state, clock: fakeClock(), emit: () => undefined, env: {} };
    const engine = new Proxy({}, { get: () => () => Promise.reject(new Error("the engine was asked")) });
    const refused = ensureLabImages(spec, { ...surroundings, engine: engine as never, engineName: "none" });
    await expect(refused).rejects.toMatchObject({
      failure: {
        code: "image/no-windows-added",
        message: expect.stringContaining("laptop") as string,
        hint: expect.stringContaining("plugfest images add windows --iso") as string,
      },
    });
  });

  it("starts it from the Windows that was added last", async () => {
    addWindows("000000000001", 1);
    const young = addWindows("000000000002", 2);
    const images = await wantedImages(spec, state);
    expect(images.get("laptop")).toBe(young);
    expect(lackingWindows(spec, state)).toEqual([]);
    const laptop = desiredObjects(spec, images, []).find(({ id }) => id === "client/laptop");
    expect(laptop).toMatchObject({ image: young, system: "windows", hardware: { memoryMiB: 4096 }, files: [] });
  });

  it("starts it from the one that it names, and is refused where there is none of that name, with those that there are", async () => {
    const named = (image: string) => ({ ...spec, clients: spec.clients.map((client) => ({ ...client, image })) });
    const win10 = addWindows("000000000003", 1, "win10-22h2");
    addWindows("000000000004", 9, "win11-24h2");
    expect((await wantedImages(named("win10-22h2"), state)).get("laptop")).toBe(win10);
    expect((await wantedImages(named("000000000002"), state)).get("laptop")).toBe(windowsTag("000000000002"));
    expect(lackingWindows(named("win10-22h2"), state)).toEqual([]);
    expect(() => {
      refuseLackingWindows(named("win11-24h1"), state);
    }).toThrow(/laptop: no Windows is called "win11-24h1" here; there is win11-24h2, 000000000002, .*win10-22h2/);
    const [lacking] = lackingWindows(named("win11-24h1"), state);
    expect(lacking?.hint).toMatch(/^did you mean "win11-24h2"\? If not: plugfest images add windows --name win11-24h1/);
  });

  it("captures at its tap, for Windows has no tcpdump", () => {
    const [client] = spec.clients;
    if (client === undefined) throw new Error("no client");
    const connect = () => {
      throw new Error("Windows was asked");
    };
    expect(capturePoint(spec, client, connect)).toMatchObject({
      device: tapName("redmond-windows", "laptop", "public"),
    });
  });
});
