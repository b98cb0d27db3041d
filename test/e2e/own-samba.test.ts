import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readEvents } from "../../core/event-log.js";
import { downloadSamba } from "../support/packages.js";
import { folder, plugfest } from "../support/plugfest.js";

const lab = "e2e-own-samba";
const topology = `name: ${lab}
networks:
  private: { subnet: 10.91.66.0/24 }
  public: { subnet: 10.91.67.0/24 }
cluster:
  nodes: 2
  samba: "4.25"
  profile: durable
  storage: { medium: tmpfs, size: 1GiB }
  publicAddresses: { count: 2 }
  shares: { dvd: { path: /cluster/dvd } }
  smbConf: { global: { "aio write size": "0" } }
clients:
  laptop: { kind: smb3 }
`;

let place: ReturnType<typeof folder>;
let version = "";
beforeAll(async () => {
  place = folder({
    "lab.yaml": topology,
    "candidate.yaml": 'name: candidate\nversion: "4.24"\ndebian: trixie-backports\ndebs: ./packages\n',
    "other.yaml": 'name: other\nversion: "4.23"\ndebian: trixie-backports\ndebs: ./packages\n',
  });
  mkdirSync(join(place.path, "packages"));
  version = await downloadSamba("trixie-backports", join(place.path, "packages"));
});
afterAll(async () => {
  await plugfest(["down", lab]);
  place[Symbol.dispose]();
});

it("an exhibit of the museum is run against packages of one's own, in place of the topology's version", async () => {
  const args = ["run", "tickle-ack", "--topology", "./lab.yaml", "--samba", "./candidate.yaml"];
  const ran = await plugfest([...args, "--size", "128MiB"], { cwd: place.path });
  expect(ran, ran.stdout + ran.stderr).toMatchObject({ exit: 0 });
  const events = readEvents(join(place.path, "runs", "tickle-ack", "latest", "events.jsonl"));
  const { versions = {} } = events.find((event) => event.type === "versions") ?? {};
  expect(version).toMatch(/^2:4\.24/);
  expect(versions["node1 samba"]).toBe(version);
  expect(versions["node2 ctdb"]).toBe(version);
  expect(events.find((event) => event.type === "check.finished" && event.check === "dvd: tickle")).toMatchObject({
    outcome: "pass",
  });
});

it("packages of another version than they are said to be are refused, and what cannot be is so before anything is made", async () => {
  const built = await plugfest(["up", "./lab.yaml", "--samba", "./other.yaml"], { cwd: place.path });
  expect(built).toMatchObject({ exit: 2 });
  expect(built.stderr).toContain("the packages or the source are of another version than 4.23");
  expect((await plugfest(["ls"])).stdout).not.toContain(lab);
  writeFileSync(join(place.path, "git.yaml"), `name: git\nversion: "4.25"\ngit: { from: ./packages, ref: master }\n`);
  const noGit = await plugfest(["up", "./lab.yaml", "--samba", "./git.yaml"], { cwd: place.path });
  expect(noGit).toMatchObject({ exit: 2 });
  expect(noGit.stderr).toContain("has no branch, tag or commit master");
});
