import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEvents } from "../../core/event-log.js";
import { makeKeyPair } from "../../provisioners/qemu/key-pair.js";
import { engineOrSkip } from "../support/engine.js";
import { type ExistingHost, existingHost } from "../support/existing-host.js";
import { folder, plugfest } from "../support/plugfest.js";
import { standInProgram } from "../support/windows-stand-in.js";

const engine = await engineOrSkip();
const lab = "e2e-windows";

const topology = (host: ExistingHost, keyFile: string) => `name: ${lab}
networks:
  private: { subnet: 10.31.1.0/24 }
  public: { subnet: 10.31.2.0/24, uplink: ${host.cable} }
cluster:
  nodes: 2
  samba: "4.25"
  publicAddresses: { count: 2 }
  shares: { dvd: { path: /cluster/dvd } }
clients:
  pc:
    kind: windows
    runtime: ssh
    address: 10.31.2.77
    ssh: { address: ${host.address}, user: pat, hostKey: "${host.hostKey}", keyFile: ${keyFile} }
`;

const scenario = `name: from-windows
topology: ./lab.yaml
steps:
  - copy: { id: dvd, from: pc, to: dvd/dvd.iso, size: 32MiB, rate: 8MB }
    during:
      - at: { copy: dvd, bytes: 8MiB }
        disable: serving(dvd)
  - expect: { copy: dvd, failovers: 1, grade: G4, handle: kept, content: identical }
`;

/** No Windows: a Debian with an sshd, whose `powershell` knows what plugfest says to Windows. */
const files = [
  {
    path: "/usr/local/bin/powershell",
    content: '#!/bin/sh\nSTAND_IN_PROGRAM=/usr/lib/plugfest exec python3 /usr/local/lib/stand-in.py "$@"\n',
    mode: 0o755,
  },
  { path: "/usr/local/lib/stand-in.py", content: readFileSync(standInProgram), mode: 0o644 },
];

describe.skipIf(engine === undefined)("a client on a Windows host that was there before", () => {
  const key = makeKeyPair();
  const place = folder({ key: key.privateKey, "scenario.yaml": scenario });
  const at = (name: string) => join(place.path, name);
  const run = (...args: string[]) => plugfest(args, { cwd: place.path });
  let host: ExistingHost;
  let made = false;
  beforeAll(async () => {
    if (engine === undefined) return;
    const name = "plugfest-test-windows";
    const [subnet, labAddress] = ["10.31.3.0/24", "10.31.2.77/24"];
    host = await existingHost(engine, { name, subnet, labAddress, authorizedKey: key.publicKey, files });
    made = true;
    await host.run("install", "-d", "-o", "pat", "/stand-in");
  }, 300_000);
  afterAll(async () => {
    await run("down", lab);
    if (made) await host.remove();
    place[Symbol.dispose]();
  });

  test("rides through a failover; the grade and the handle are those of the wire, captured at the uplink", async () => {
    writeFileSync(at("lab.yaml"), topology(host, at("key")));
    const ran = await run("run", "scenario.yaml", "--runs", "runs");
    expect(ran.exit, ran.stdout + ran.stderr).toBe(0);
    expect(ran.stdout).toMatch(/dvd: grade: G4: DH2C answered with success by node\d .*; wire\)/);
    const events = readEvents(at("runs/from-windows/latest/events.jsonl"));
    // The client told of no handle and no reclaim: Windows tells no program of them.
    expect(events.map(({ type }) => type)).not.toContain("copy.reclaim");
    expect(events.find(({ type }) => type === "copy.connected")).toMatchObject({ kernel: "Windows 10.0.26100" });
    expect(await host.run("find", "/stand-in/ProgramData", "-type", "f")).toBe("");
  });
});
