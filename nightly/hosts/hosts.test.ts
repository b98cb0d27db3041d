import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { UserError } from "../../core/errors.js";
import { cellsOf } from "../cells.js";
import { runRecord } from "../history/history.fixture.js";
import { readNightly } from "../load.js";
import { inLabs } from "../order.js";
import { planOf, planText } from "../plan.js";
import { dealt, weightBy } from "./deal.js";
import { hostsOf } from "./hosts.js";

const options = { knownSamba: ["4.17", "4.22", "4.24", "4.25"], kernel: { netem: true } };
const key = `SHA256:${"k".repeat(43)}`;
const rack = `{ address: rack2.example.org, hostKey: "${key}" }`;
const read = (text: string) => readNightly("nightly.yaml", text, "/");
const mine = "name: mine\nscenarios: [read-failover]\n";
const three = `${mine}topologies: [redmond]\nsamba: ["4.22", "4.24", "4.25"]\nprofiles: [durable]\n`;

const groups = async (text: string) => inLabs(await cellsOf(read(text), options), []);

async function wrong(text: string): Promise<string[]> {
  try {
    await cellsOf(read(text), options);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.diagnostics.map(({ code, message, position }) => `${String(position?.line)} ${code}: ${message}`);
  }
  return [];
}

describe("the hosts of a nightly", { timeout: 30_000 }, () => {
  it("are this machine where none is named, else those that are named", () => {
    expect(hostsOf(read(mine).file)).toEqual([{ name: "local", ssh: null, plugfest: "plugfest" }]);
    const named = `${mine}hosts:\n  local: {}\n  rack2: ${rack}\n`;
    expect(hostsOf(read(named).file)).toEqual([
      { name: "local", ssh: null, plugfest: "plugfest" },
      {
        ...{ name: "rack2", plugfest: "plugfest" },
        ssh: { address: "rack2.example.org", port: 22, user: "root", hostKey: key, keyFile: null },
      },
    ]);
  });

  it("are refused without a key, without a name, and where local is not this machine", async () => {
    expect(await wrong(`${mine}hosts:\n  rack2: { address: rack2 }\n`)).toEqual([
      "4 nightly/wrong-value: hosts.rack2: hostKey is missing",
    ]);
    expect(await wrong(`${mine}hosts:\n  local: { address: rack2 }\n`)).toEqual([
      "4 nightly/wrong-value: hosts.local.address: local is this machine",
    ]);
    expect(await wrong(`${mine}hosts: {}\n`)).toEqual(["3 nightly/wrong-value: hosts: no host is named"]);
  });

  it("have to be this machine, too, for what needs something of it", async () => {
    const place = mkdtempSync(join(tmpdir(), "plugfest-hosts-"));
    onTestFinished(() => {
      rmSync(place, { recursive: true });
    });
    const shares = "shares: { dvd: { path: /cluster/dvd } }";
    const cluster = `cluster: { nodes: 3, samba: "4.25", ${shares} }\nclients: { laptop: { kind: smb3 } }\n`;
    writeFileSync(join(place, "lab.yaml"), `name: lab\nnetworks: { public: { uplink: eth1 } }\n${cluster}`);
    const text = `${mine}topologies: [${place}/lab.yaml]\nhosts:\n  rack2: ${rack}\n`;
    const [cell] = await cellsOf(read(text.replace("rack2:", "local: {}\n  rack2:")), options);
    const only = "its network public has an uplink of this machine";
    expect(await wrong(text)).toEqual([
      `4 nightly/not-elsewhere: hosts: ${cell?.cell ?? ""} is for this machine: ${only}`,
    ]);
    expect(named(dealt([cell === undefined ? [] : [cell]], ["rack2", "local"], [], () => 1))).toEqual({
      ...{ local: ["4.25"], rack2: [] },
    });
  });
});

const named = (shares: ReturnType<typeof dealt>) =>
  Object.fromEntries([...shares].map(([host, labs]) => [host, labs.map(([cell]) => cell?.samba)]));

describe("labs", { timeout: 30_000 }, () => {
  const share = async (hosts: string[], nights: Parameters<typeof dealt>[2] = []) =>
    dealt(
      await groups(three),
      hosts,
      nights,
      weightBy(() => 60_000),
    );

  it("go to the host with the least to do, in their order", async () => {
    expect(named(await share(["local", "rack2"]))).toEqual({ local: ["4.22", "4.25"], rack2: ["4.24"] });
    expect(named(await share(["local"]))).toEqual({ local: ["4.22", "4.24", "4.25"] });
  });

  it("go where they were last, unless that is no host of the night any more", async () => {
    const cells = (await groups(three)).flat();
    const runs = cells.map(({ cell, definition }) => runRecord("n", { cell, definition, host: "rack2" }));
    expect(named(await share(["local", "rack2"], [{ runs }]))).toEqual({ local: [], rack2: ["4.22", "4.24", "4.25"] });
    expect(named(await share(["local", "rack3"], [{ runs }]))).toEqual({ local: ["4.22", "4.25"], rack3: ["4.24"] });
    const here = [{ runs: cells.map(({ cell, definition }) => runRecord("n", { cell, definition })) }];
    expect(named(await share(["rack2", "local"], here))).toEqual({ local: ["4.22", "4.24", "4.25"], rack2: [] });
  });

  it("are told with their host in the plan, which lasts as long as the host with most to do", async () => {
    const cells = await cellsOf(read(`${three}repeats: 1\n`), options);
    const runs = cells.map(({ cell, definition }) => runRecord("n", { cell, definition, ms: 60_000 }));
    const night = {
      started: { v: 1, type: "night.started", night: "n", atMs: 0, version: "0", cells } as const,
      finished: { v: 1, type: "night.finished", night: "n", atMs: 1, cut: null } as never,
    };
    const room = { labs: 1, memoryBytes: null };
    const plan = planOf({ cells, nights: [{ ...night, runs: [] }], room, hosts: ["local", "rack2"], ...options });
    expect(planText(plan)).toMatch(/read-failover_redmond_4.24_durable +1 +not known {2}on rack2/);
    const known = planOf({ cells, nights: [{ ...night, runs }], room, hosts: ["local", "rack2"], ...options });
    expect(known.lastsMs).toBe(180_000);
  });
});
