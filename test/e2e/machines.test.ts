import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Event } from "../../core/event.js";
import { stateFolder } from "../../core/paths.js";
import { engineClient } from "../../provisioners/docker/client.js";
import { processesOf } from "../../provisioners/processes.js";
import { engineOrSkip } from "../support/engine.js";
import { objectsOf } from "../support/small-lab.js";
import { startPlugfest } from "../support/started.js";
import { testLab } from "../support/test-lab.js";

const engine = await engineOrSkip();
const docker = engineClient(engine?.location ?? { socketPath: "/nonexistent" });
const lab = "e2e-virtual";

const topology = `name: ${lab}
networks:
  private: { subnet: 10.91.196.0/24 }
  public: { subnet: 10.91.197.0/24 }
cluster:
  nodes: 2
  samba: "4.25"
  publicAddresses: { count: 2 }
  shares: { dvd: { path: /cluster/dvd } }
clients:
  laptop: { kind: smb3, runtime: qemu, memory: 384MiB }
`;

const steps = `  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 16MiB, rate: 2.5MB }
    during:
      - at: { copy: dvd, bytes: 4MiB }
        disable: serving(dvd)
  - expect: { copy: dvd, failovers: 1, grade: G4, content: identical }
`;

/** All that the machines of this lab are on this host: folders, processes, taps. */
function leftOfMachines(): string[] {
  const machines = `${stateFolder(process.env)}/machines`;
  return [
    ...readdirSync(machines).filter((name) => name === lab),
    ...processesOf("qemu-system", `plugfest-${lab}-`).map((pid) => `process ${String(pid)}`),
    ...readdirSync("/sys/class/net").filter((name) => name.startsWith("pft-")),
  ];
}

describe.skipIf(engine === undefined)("a client in a virtual machine", () => {
  const { path, play, run } = testLab(topology, { up: false });

  test("is on the cluster's networks, rides through a failover between containers, and leaves nothing", async () => {
    const up = await run("up", "lab.yaml");
    expect(up.exit, up.stderr).toBe(0);
    const inside = async (...argv: string[]) => (await run("exec", lab, "laptop", "--", ...argv)).stdout;
    expect(await inside("uname", "-r")).toContain("-amd64");
    expect(await inside("ip", "-br", "-4", "address")).toContain("10.91.197.201/24");
    // What the host's kernel may lack, this one has.
    expect(await inside("sh", "-c", "modprobe -a cifs rdma_rxe && echo loaded")).toBe("loaded");
    expect((await run("logs", lab, "laptop")).stdout).toContain("laptop is up");
    expect((await run("plan", "lab.yaml")).stdout).toContain("0 to create");
    expect(leftOfMachines()).toHaveLength(3);
    const { ran, told } = await play("from-a-machine", steps);
    expect(ran.exit, told).toBe(0);
    expect((await run("down", lab)).exit).toBe(0);
    expect(leftOfMachines()).toEqual([]);
  });

  test("that is being made when plugfest is killed with -9 is found by gc", async () => {
    const running = startPlugfest(["up", "lab.yaml"], path());
    await running.until((event: Event) => event.type === "action.started" && event.id === "client/laptop");
    running.kill("SIGKILL");
    await running.ended;
    expect(await run("gc")).toMatchObject({ exit: 0 });
    expect(leftOfMachines()).toEqual([]);
    expect(await objectsOf(docker, lab)).toEqual([]);
  });
});
