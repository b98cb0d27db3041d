import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asset } from "../../core/paths.js";
import { readHistory } from "../../nightly/history/read.js";
import { engineOrSkip } from "../support/engine.js";
import { folder, plugfest } from "../support/plugfest.js";
import { labText } from "../support/small-lab.js";
import { sshServer } from "../support/ssh-server.js";
import type { SshServer } from "../support/ssh-server.js";
import { startPlugfest } from "../support/started.js";

const engine = await engineOrSkip();
const socket = engine !== undefined && "socketPath" in engine.location ? engine.location.socketPath : undefined;
if (engine !== undefined && socket === undefined) console.warn("skipped: the engine does not listen on a socket");
const lab = "e2e-night-hosts";

const scenario = (name: string, fault: string) => `name: ${name}
topology: ./lab.yaml
steps:
  - copy: { id: io, from: laptop, to: dvd/${name}.bin, size: 24MiB, rate: 16MiB }
    during:
      - at: { copy: io, progress: 40% }
        ${fault}
  - enable: all
  - until: { cluster: healthy, within: 30s }
  - expect: { copy: io, content: identical }
`;

/** The other host is this machine once more, with a state folder of its own and the same engine. */
describe.skipIf(socket === undefined)("a night on another host", () => {
  let place: ReturnType<typeof folder>;
  let server: SshServer;
  const at = (...names: string[]) => join(place.path, ...names);
  const records = (name: string) => readHistory(at("runs", name, "history.jsonl")).nights.flatMap(({ runs }) => runs);
  const pid = () => Number(readFileSync(at("pid"), "utf8"));
  const write = (name: string, hosts: string, rest = "") => {
    const text = `name: ${name}\nscenarios: [./disable.yaml, ./kill.yaml]\nrepeats: 1\nhosts:\n${hosts}\n${rest}`;
    writeFileSync(at(`${name}.yaml`), text);
    return ["nightly", `./${name}.yaml`, "--runs", at("runs")];
  };
  const rack = () =>
    `  rack2: { address: 127.0.0.1, port: ${String(server.port)}, hostKey: "${server.hostKey}", keyFile: ${at("key")}, plugfest: ${at("plugfest")} }`;

  beforeAll(async () => {
    server = await sshServer();
    place = folder({
      key: server.privateKey,
      "lab.yaml": labText({ name: lab, net: 34, cluster: "  profile: persistent" }),
      "disable.yaml": scenario("disable", "disable: serving(io)"),
      "kill.yaml": scenario("kill", "kill: { process: smbd, of: io }"),
    });
    const script = `#!/bin/sh
echo $$ > ${at("pid")}
PLUGFEST_STATE=${at("state")} DOCKER_HOST=unix://${socket ?? ""} exec ${process.execPath} ${asset("bin", "plugfest")} "$@"
`;
    writeFileSync(at("plugfest"), script);
    chmodSync(at("plugfest"), 0o755);
  });
  afterAll(async () => {
    await plugfest(["down", lab]);
    server.close();
    place[Symbol.dispose]();
  });

  it("has its runs here, and goes on where it was killed: no run is lost, none is made twice, and the lab there goes", async () => {
    const args = write("there", rack());
    expect((await plugfest([...args, "--plan"], { cwd: place.path })).stdout).toContain("on rack2");
    const first = startPlugfest(args, place.path);
    await first.until(({ type }) => (type as string) === "run");
    first.kill("SIGKILL");
    await first.ended;
    const before = records("there");
    const second = await plugfest(args, { cwd: place.path });
    expect(second, second.stdout + second.stderr).toMatchObject({ exit: 0 });
    expect(records("there").slice(0, before.length)).toEqual(before);
    expect(records("there").map(({ cell, host, outcome }) => [cell.split("_")[0], host, outcome])).toEqual([
      ["disable", "rack2", "pass"],
      ["kill", "rack2", "pass"],
    ]);
    for (const run of records("there")) {
      for (const file of ["report.html", "events.jsonl", "captures/io/capture-laptop.pcap"])
        expect(existsSync(at("runs", "there", "latest", run.folder, file)), file).toBe(true);
    }
    expect((await plugfest(["ls"])).stdout).not.toContain(lab);
    expect(existsSync(at("state", "worker"))).toBe(false);
  });

  it("is made elsewhere when the host is lost, and says so", async () => {
    const args = write("lost", `${rack()}\n  local: {}`);
    const night = startPlugfest(args, place.path);
    await night.until(({ type }) => (type as string) === "run");
    process.kill(pid(), "SIGKILL");
    const ended = await night.ended;
    expect(ended, ended.stdout + ended.stderr).toMatchObject({ exit: 0 });
    expect(records("lost").map(({ host, outcome }) => [host, outcome])).toEqual([
      ["rack2", "pass"],
      [undefined, "pass"],
    ]);
    expect(readFileSync(at("runs", "lost", "latest", "summary.txt"), "utf8")).toContain("host rack2 is lost: ");
  });

  it("is refused where no host can be used, with what to do", async () => {
    const args = write("gone", rack().replace(server.hostKey, `SHA256:${"A".repeat(43)}`));
    const ran = await plugfest(args, { cwd: place.path });
    expect(ran).toMatchObject({ exit: 2 });
    expect(ran.stderr).toContain("is another host than the nightly says: it has SHA256:");
    expect(ran.stderr).toContain("hosts.rack2.hostKey is SHA256:AAAA");
  });
});
