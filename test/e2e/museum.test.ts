import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEvents } from "../../core/event-log.js";
import { isFull } from "../support/full.js";
import { folder, plugfest } from "../support/plugfest.js";

const persistent = `name: e2e-museum
networks:
  private: { subnet: 10.77.61.0/24 }
  public: { subnet: 10.77.62.0/24 }
cluster:
  nodes: 3
  samba: "4.25"
  profile: persistent
  publicAddresses: { network: public, count: 3 }
  shares: { dvd: { path: /cluster/dvd } }
  smbConf: { dvd: { "smb3 ca so:max lease mask": RWH } }
clients:
  laptop: { kind: smb3 }
`;

const exhibits = [
  { samba: "4.22", lab: "museum-422", topology: "museum-422", exit: 1, tickle: "fail", says: /^no tickle ACK from/ },
  { samba: "4.24", lab: "redmond-durable", topology: "redmond-durable", exit: 0, tickle: "pass", says: /^tickle ACK/ },
  { samba: "4.25", lab: "e2e-museum", topology: "./lab.yaml", exit: 0, tickle: "pass", says: /^tickle ACK/ },
];

describe.each(exhibits)("bug 15994 on Samba $samba, twice in a row", ({ lab, topology, exit, tickle, says }) => {
  let place: ReturnType<typeof folder>;

  beforeAll(async () => {
    place = folder({ "lab.yaml": persistent });
    const up = await plugfest(["up", topology], { cwd: place.path });
    expect(up, up.stdout + up.stderr).toMatchObject({ exit: 0 });
  });

  afterAll(async () => {
    await plugfest(["down", lab]);
    place[Symbol.dispose]();
  });

  it.each(["once", "again"])(`the tickle is judged "${tickle}" (%s)`, async (time) => {
    const runs = join(place.path, time);
    const ran = await plugfest(["run", "tickle-ack", "--topology", topology, "--runs", runs], { cwd: place.path });
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ exit });
    const events = readEvents(join(runs, "tickle-ack", "latest", "events.jsonl"));
    const checks = events.flatMap((event) => (event.type === "check.finished" ? [event] : []));
    expect(checks.find(({ check }) => check === "dvd: tickle")).toMatchObject({
      outcome: tickle,
      reason: expect.stringMatching(says) as string,
    });
    // Nothing else was wrong: the client gets over the missing tickle, for it writes.
    expect(checks.filter(({ check, outcome }) => outcome !== "pass" && check !== "dvd: tickle")).toEqual([]);
  });
});

// An image more, and four runs of half a minute: not in every build.
describe.runIf(isFull).each([
  { samba: "4.17", exit: 1, says: /^G2: a new handle from/ },
  { samba: "4.24", exit: 0, says: /^G3: DH2C answered with success/ },
])("bug 15651 on Samba $samba, twice in a row", ({ samba, exit, says }) => {
  it.each(["once", "again"])("two readers of one file, and what became of their handles (%s)", async () => {
    using place = folder({});
    const args = ["run", "two-readers", "--samba", samba, "--runs", place.path];
    const ran = await plugfest(args, { cwd: place.path });
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ exit });
    const events = readEvents(join(place.path, "two-readers", "latest", "events.jsonl"));
    const grades = events.flatMap((event) =>
      event.type === "check.finished" && event.check.endsWith(": grade") ? [event.reason] : [],
    );
    expect(grades).toHaveLength(2);
    // What the first one lost, the last one may keep: it was alone when it was put away.
    expect(grades).toContainEqual(expect.stringMatching(says));
  });
});
