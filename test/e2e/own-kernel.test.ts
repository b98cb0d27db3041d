import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { engineOrSkip } from "../support/engine.js";
import { isFull } from "../support/full.js";
import { downloadKernel } from "../support/packages.js";
import { folder, plugfest } from "../support/plugfest.js";
import { leftBehind } from "../support/test-lab.js";

const engine = await engineOrSkip();
const lab = "e2e-own-kernel";

const topology = (release: string, client: string) => `name: ${lab}
kernel: { image: ./boot/vmlinuz-${release}, modules: ./lib/modules/${release} }
networks:
  private: { subnet: 10.91.89.0/24 }
  public: { subnet: 10.91.88.0/24 }
cluster:
  nodes: 2
  samba: "4.25"
  publicAddresses: { count: 2 }
  shares: { dvd: { path: /cluster/dvd } }
clients: { laptop: ${client} }
`;

const scenario = (during: string, failovers: number) => `name: copied
topology: ./lab.yaml
steps:
  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 16MiB, rate: 2.5MB }${during}
  - expect: { copy: dvd, failovers: ${String(failovers)}, content: identical, acknowledged: kept }
`;
const failover = `
    during: [{ at: { copy: dvd, bytes: 6MiB }, disable: serving(dvd) }]`;

/** Downloads kernels, and makes an image of each: for `npm run test:full`. */
describe.skipIf(engine === undefined || !isFull)("a kernel of the user's", () => {
  const place = folder();
  const run = (...args: string[]) => plugfest(args, { cwd: place.path });
  const write = (name: string, text: string) => {
    writeFileSync(join(place.path, name), text);
  };
  afterAll(async () => {
    await run("down", lab);
    place[Symbol.dispose]();
  });

  // That of bullseye is Linux 5.10, which has cifs in a folder of its own, and shows its connections otherwise. A write that
  // is under way as its connection breaks may fail there.
  test.for([
    ["bookworm", scenario(failover, 1), 2],
    ["bullseye", scenario("", 0), 1],
  ] as const)(
    "of %s is booted, with its modules, and its client copies; what it lacks is said",
    async ([suite, copying, handles], context) => {
      const release = await downloadKernel(suite, place.path).catch((error: unknown) => context.skip(String(error)));
      write("lab.yaml", topology(release, "{ kind: cifs, memory: 384MiB, mount: { hard: true, handleTimeout: 2s } }"));
      const up = await run("up", "./lab.yaml");
      expect(up.exit, up.stdout + up.stderr).toBe(0);
      const inside = async (...argv: string[]) => (await run("exec", lab, "laptop", "--", ...argv)).stdout;
      expect(await inside("uname", "-r")).toBe(release);
      expect(await inside("sh", "-c", "modprobe -a cifs rdma_rxe && echo loaded")).toBe("loaded");
      write("copied.yaml", copying);
      const copied = await run("run", "./copied.yaml");
      expect(copied.exit, copied.stdout + copied.stderr).toBe(0);
      const mounts = leftBehind(place.path, "copied")
        .of("copy.mount")
        .filter(({ copy }) => copy === "dvd");
      expect(new Set(mounts.map(({ instance }) => instance)).size).toBeGreaterThanOrEqual(handles);
      expect(new Set(mounts.map(({ fileId }) => fileId).filter((id) => id !== "")).size).toBe(handles);

      write("siw.yaml", topology(release, "{ kind: smb3, rdma: siw }"));
      const refused = await run("up", "./siw.yaml");
      expect(refused).toMatchObject({ exit: 3 });
      expect(refused.stderr).toContain(
        `the kernel ${release} is without CONFIG_RDMA_SIW, which the RDMA (siw) of laptop needs`,
      );
      expect(refused.stderr).toMatch(/siw\.yaml:2:\d+/);
    },
  );
});
