import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { leftBehind, testLab } from "../support/test-lab.js";

const topology = `name: e2e-workloads
networks:
  private: { subnet: 10.77.63.0/24 }
  public: { subnet: 10.77.64.0/24 }
cluster:
  nodes: 2
  samba: "4.25"
  profile: persistent
  publicAddresses: { network: public, count: 2 }
  shares: { dvd: { path: /cluster/dvd }, plain: { path: /cluster/plain } }
  smbConf:
    dvd: { "smb3 ca so:max lease mask": RWH }
    plain: { "continuous availability": "no" }
clients:
  laptop: { kind: smb3 }
`;

const holding = (
  id: string,
  share: string,
  lease: string,
  judged: string,
) => `  - hold: { id: ${id}, client: laptop, file: ${share}/${id}.bin, lease: ${lease}, locks: [{ offset: 0B, length: 4KiB }] }
    during:
      - on: idle
        disable: serving(${id})
  - until: { cluster: healthy, within: 30s }
  - expect: { copy: ${id}, ${judged} }
`;

const renaming = `  - rename: { id: draft, client: laptop, file: plain/draft, times: 100, perSecond: 30 }
    during:
      - at: { copy: draft, progress: 40% }
        disable: serving(draft)
  - until: { cluster: healthy, within: 30s }
  - expect: { copy: draft, failovers: 1, grade: G3, content: identical }
`;

const temporary = `  - hold: { id: gone, client: laptop, file: dvd/gone.bin, deleteOnClose: true }
    during:
      - on: idle
        kill: { process: smbd, on: serving(gone) }
  - until: { cluster: healthy, within: 30s }
  - expect: { copy: gone, grade: G4 }
  - exec: { on: node1, run: "! test -e /cluster/dvd/gone.bin" }
`;

const reading = `import { scenario } from "plugfest";

export default scenario({
  name: "reading",
  topology: "./lab.yaml",
  steps: [
    {
      read: { id: "dvd", to: "laptop", from: "dvd/dvd.iso", size: "64MiB", rate: "20MB" },
      during: [{ at: { copy: "dvd", progress: "40%" }, disable: "serving(dvd)" }],
    },
    { until: { cluster: "healthy", within: "30s" } },
    { expect: { copy: "dvd", failovers: 1, grade: "G4", content: "identical" } },
  ],
});
`;

describe("workloads other than one large file that is written, in one lab with persistent handles", () => {
  const lab = testLab(topology);
  const checksOf = (scenario: string) => {
    const finished = leftBehind(lab.path(), scenario).of("check.finished");
    return Object.fromEntries(finished.map(({ check, outcome, reason }) => [check, `${outcome}: ${reason}`]));
  };

  it("many small files, and a server-side copy: all that are shipped with a tag, one after the other", async () => {
    const ran = await lab.run("run", "--tag", "workload", "--topology", "./lab.yaml");
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ exit: 0 });
    for (const [scenario, id] of [
      ["many-files", "photos"],
      ["server-copy", "copied"],
    ] as const) {
      expect(checksOf(scenario)).toMatchObject({
        [`${id}: grade`]: expect.stringMatching(/^pass: G4: /) as string,
        [`${id}: content`]: expect.stringMatching(/^pass: /) as string,
      });
    }
  });

  it("a read, which a module in TypeScript asks for; its fault lands within 1 MiB of its moment", async () => {
    writeFileSync(join(lab.path(), "reading.ts"), reading);
    const ran = await lab.run("run", "./reading.ts");
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ exit: 0 });
    const { events } = leftBehind(lab.path(), "reading");
    const fault = events.find((event) => event.type === "fault.injected");
    const acked = events.filter((event) => event.type === "copy.progress" || event.type === "copy.mark");
    const byThen = acked.findLast(({ copy, clientMs }) => copy === "dvd" && clientMs <= (fault?.startedMs ?? 0));
    const miss = (byThen?.acked ?? NaN) - 0.4 * 64 * 2 ** 20;
    expect(miss).toBeGreaterThanOrEqual(0);
    expect(miss).toBeLessThan(2 ** 20);
  });

  it("renames by a handle that is durable: it follows the file", async () => {
    const { ran, told } = await lab.play("renamed", renaming);
    expect(ran, told).toMatchObject({ exit: 0 });
  });

  it("a file that deletes itself on close: its handle outlives the smbd, and it is gone in the end", async () => {
    const { ran, told } = await lab.play("temporary", temporary);
    expect(ran, told).toMatchObject({ exit: 0 });
  });

  it("an idle handle with a lock: both are kept", async () => {
    const judged = "failovers: 1, grade: G4, lease: RH, locks: held, content: identical";
    const { ran, told } = await lab.play("kept", holding("kept", "dvd", "RH", judged));
    expect(ran, told).toMatchObject({ exit: 0 });
  });

  it("the same on a share without persistent handles: the handle is lost, and its lock, and that is told", async () => {
    const { ran, told } = await lab.play("lost", holding("lost", "plain", "RH", "grade: G2, locks: held"));
    expect(ran, told).toMatchObject({ exit: 1 });
    expect(checksOf("lost")).toMatchObject({
      "lost: grade": expect.stringMatching(/^pass: G2: /) as string,
      "lost: locks": expect.stringMatching(/^fail: a second session got the lock of 4096 bytes at 0/) as string,
    });
  });
});
