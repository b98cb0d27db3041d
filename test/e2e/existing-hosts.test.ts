import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Event } from "../../core/event.js";
import { engineClient } from "../../provisioners/docker/client.js";
import { masterOf } from "../../provisioners/docker/uplink.js";
import { makeKeyPair } from "../../provisioners/qemu/key-pair.js";
import { engineOrSkip } from "../support/engine.js";
import { type ExistingHost, existingHost } from "../support/existing-host.js";
import { folder, plugfest } from "../support/plugfest.js";
import { objectsOf } from "../support/small-lab.js";
import { startPlugfest } from "../support/started.js";

const engine = await engineOrSkip();
const lab = "e2e-existing";

const topology = (host: ExistingHost, keyFile: string, user = "root", clients = "") => `name: ${lab}
networks:
  private: { subnet: 10.84.1.0/24 }
  public: { subnet: 10.84.2.0/24, uplink: ${host.cable} }
cluster:
  nodes: 2
  samba: "4.25"
  publicAddresses: { count: 2 }
  shares: { dvd: { path: /cluster/dvd } }
clients:
  bench:
    kind: smb3
    runtime: ssh
    address: 10.84.2.77
    ssh: { address: ${host.address}, user: ${user}, hostKey: "${host.hostKey}", keyFile: ${keyFile} }
${clients}`;

const scenario = `name: from-a-host
topology: ./lab.yaml
steps:
  - copy: { id: dvd, from: bench, to: dvd/dvd.iso, size: 32MiB, rate: 8MB }
    during:
      - at: { copy: dvd, bytes: 8MiB }
        disable: serving(dvd)
  - expect: { copy: dvd, failovers: 1, grade: G4, content: identical }
`;

describe.skipIf(engine === undefined)("a client on a host that was there before", () => {
  const key = makeKeyPair();
  const place = folder({ key: key.privateKey, "scenario.yaml": scenario });
  const at = (name: string) => join(place.path, name);
  const run = (...args: string[]) => plugfest(args, { cwd: place.path });
  let host: ExistingHost;
  let made = false;
  const write = (text: string) => {
    writeFileSync(at("lab.yaml"), text);
  };
  beforeAll(async () => {
    if (engine === undefined) return;
    const name = "plugfest-test-existing";
    const [subnet, labAddress] = ["10.84.3.0/24", "10.84.2.77/24"];
    host = await existingHost(engine, { name, subnet, labAddress, authorizedKey: key.publicKey });
    made = true;
  }, 300_000);
  afterAll(async () => {
    await run("down", lab);
    if (made) await host.remove();
    place[Symbol.dispose]();
  });
  /** What the host has, but for what its own sshd and sudo write. */
  const state = () =>
    host.run(
      ...["sh", "-c"],
      `find / -xdev -type f -o -type d | grep -Ev "^/(run|var/lib)/(motd|sudo)" | sort
       ip -o address | awk '{ print $2, $4 }'; ps -e -o comm= | grep -v sshd-session`,
    );
  const refusal = async (text: string) => {
    write(text);
    const { exit, stderr } = await run("up", "lab.yaml");
    expect(exit, stderr).toBe(2);
    expect(await run("ls", "--json")).toMatchObject({ stdout: expect.not.stringContaining(lab) as string });
    return stderr;
  };

  test("rides through a failover, and nothing is left of the lab on it", async () => {
    const before = await state();
    write(topology(host, at("key"), "pat"));
    const up = await run("up", "lab.yaml");
    expect(up.exit, up.stderr).toBe(0);
    expect((await run("logs", lab, "bench")).stdout).toMatch(/plugfest uses bench \(pat@.*\nLinux .*\n/);
    expect((await run("exec", lab, "bench", "--", "id", "-un")).stdout).toBe("root");
    expect((await run("plan", "lab.yaml")).stdout).toContain("0 to create");
    const ran = await run("run", "scenario.yaml", "--runs", "runs");
    expect(ran.exit, ran.stdout + ran.stderr).toBe(0);
    // The password was in no event, and on no command line that the host's sudo wrote down.
    const password = JSON.parse(await host.run("cat", `/run/plugfest/${lab}/bench/etc/plugfest/credentials`)) as {
      readonly password: string;
    };
    expect(readFileSync(at("runs/from-a-host/latest/events.jsonl"), "utf8")).not.toContain(password.password);
    expect((await run("down", lab)).exit).toBe(0);
    expect(await state()).toBe(before);
    expect(masterOf(host.cable)).toBeUndefined();
    expect(await objectsOf(engineClient(engine?.location ?? { socketPath: "" }), lab)).toEqual([]);
  });

  test("that lacks something or is another one is refused, and says what to do", async () => {
    const good = topology(host, at("key"));
    const stranger = `SHA256:${"A".repeat(43)}`;
    expect(await refusal(good.replace(host.hostKey, stranger))).toContain(`it has ${host.hostKey} (ssh-ed25519)`);
    expect(await refusal(good.replace(host.cable, "pf-absent0"))).toContain("this host has no such interface");
    await host.run("mv", "/usr/bin/tcpdump", "/usr/bin/tcpdump.away");
    const lacking = await refusal(good.replace("10.84.2.77", "10.84.2.78"));
    expect(lacking).toContain("apt-get install tcpdump; give it the address: ip address add 10.84.2.78/");
    await host.run("mv", "/usr/bin/tcpdump.away", "/usr/bin/tcpdump");
  });

  test("that was being taken when plugfest was killed with -9 is let go of by gc, and one that was started anew is taken again", async () => {
    write(topology(host, at("key")));
    const running = startPlugfest(["up", "lab.yaml"], place.path);
    await running.until((event: Event) => event.type === "action.finished" && event.id === "client/bench");
    running.kill("SIGKILL");
    await running.ended;
    expect(await run("gc")).toMatchObject({ exit: 0 });
    expect(await host.run("sh", "-c", "ls -d /run/plugfest || echo gone")).toBe("gone");
    expect((await run("up", "lab.yaml")).exit).toBe(0);
    await host.run("rm", "-r", "/run/plugfest");
    expect((await run("plan", "lab.yaml")).stdout).toContain("it was started anew");
    expect((await run("up", "lab.yaml")).exit).toBe(0);
    expect((await run("down", lab)).exit).toBe(0);
  });
});
