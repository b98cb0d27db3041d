import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder, plugfest } from "../support/plugfest.js";
import { type LeftBehind, leftBehind, testLab } from "../support/test-lab.js";

/**
 * Big enough that the fault comes well inside the copy, small enough for every change. The rate keeps a fast machine from
 * being done before the addresses have moved.
 */
const SIZE = "512MiB, rate: 100MB";

const disableServing = `  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: ${SIZE} }
    during:
      - at: { copy: dvd, progress: 40% }
        disable: serving(dvd)
`;

function topology(name: string, net: number, cluster: string): string {
  return `name: ${name}
networks:
  private: { subnet: 10.77.${String(net)}.0/24 }
  public: { subnet: 10.77.${String(net + 1)}.0/24 }
cluster:
  nodes: 2
  publicAddresses: { network: public, count: 2 }
  shares: { dvd: { path: /cluster/dvd } }
${cluster}
clients:
  laptop: { kind: smb3 }
`;
}

/** What a run's checks found, and its verdict. */
function judged({ of }: LeftBehind) {
  const checks = Object.fromEntries(
    of("check.finished").map(({ check, outcome, reason }) => [check, { outcome, reason }]),
  );
  return { checks, verdict: of("run.finished").at(-1)?.verdict };
}

describe("a lab with persistent handles", () => {
  const writeLeases = `  smbConf: { dvd: { "smb3 ca so:max lease mask": RWH } }`;
  const lab = testLab(topology("e2e-persistent", 31, `  samba: "4.25"\n  profile: persistent\n${writeLeases}`));

  it("does not notice that the serving node is disabled: one failover, G4, every byte, on the wire", async () => {
    const expectations =
      "  - expect: { copy: dvd, failovers: 1, grade: G4, stall: { under: 10s }, content: identical }\n";
    const played = await lab.play("transparent", disableServing + expectations);
    const { ran, told, of, path } = played;
    const { checks, verdict } = judged(played);
    expect(ran, told).toMatchObject({ exit: 0 });
    expect(verdict).toEqual({ outcome: "pass", reasons: [] });
    expect(checks["dvd: content"]?.reason).toMatch(
      /md5 [0-9a-f]{32} and sha256 [0-9a-f]{64} at the source, on node1, node2, store/,
    );
    const evidence = of("evidence")[0]!.evidence;
    expect(evidence).toMatchObject({ grade: "G4", failovers: 1 });
    expect(evidence.servedAfter).not.toBe(evidence.servedBefore);
    expect(evidence.facts.some(({ source, text }) => source === "wire" && /DH2C/.test(text))).toBe(true);
    const { phases, stallMs } = of("phases")[0]!;
    const sum = phases.reduce((total, { fromMs, toMs }) => total + toMs - fromMs, 0);
    expect(sum).toBeCloseTo(stallMs, 3);
    for (const file of [
      "events.jsonl",
      "topology.json",
      "versions.json",
      "verdict.json",
      "junit.xml",
      "report.html",
      "nodes/node1.log",
      "captures/dvd/capture-laptop.pcap",
    ]) {
      expect(existsSync(join(path, file)), file).toBe(true);
    }
    expect(JSON.parse(readFileSync(join(path, "versions.json"), "utf8"))).toMatchObject({
      "node1 samba": expect.stringContaining("4.25") as string,
    });
  });

  it("fails with offset and class when one byte is changed behind smbd", async () => {
    const corrupt = `  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 64MiB }
  - exec: { on: node1, run: "printf X | dd of=/cluster/dvd/dvd.iso bs=1 seek=5000000 conv=notrunc" }
  - expect: { copy: dvd, content: identical }
`;
    const played = await lab.play("corrupt", corrupt);
    expect(played.ran.exit, played.told).toBe(1);
    expect(judged(played).checks["dvd: content"]).toMatchObject({
      outcome: "fail",
      reason: expect.stringMatching(/first bad byte at offset 5000000 \(torn\)/) as string,
    });
  });

  it("is unknown when the copy ended before the fault", async () => {
    const late = `  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 2MiB }
    during:
      - at: { copy: dvd, progress: 99% }
        disable: serving(dvd)
  - expect: { copy: dvd, failovers: 0 }
`;
    const played = await lab.play("late", late);
    expect(played.ran.exit, played.told).toBe(2);
    expect(judged(played).verdict).toMatchObject({
      outcome: "unknown",
      reasons: [expect.stringMatching(/ended before/) as string],
    });
  });

  it("is unknown when the fault hits a node that serves nobody", async () => {
    const holder = await lab.run("exec", lab.name, "node1", "--", "ctdb", "-X", "ip", "all");
    const pnn = /\|10\.77\.32\.101\|(\d)\|/.exec(holder.stdout)![1];
    const bystander = pnn === "0" ? "node2" : "node1";
    const played = await lab.play(
      "bystander",
      disableServing.replace("serving(dvd)", bystander) + "  - expect: { copy: dvd, failovers: 0 }\n",
    );
    expect(played.ran.exit, played.told).toBe(2);
    expect(judged(played).verdict?.reasons.join()).toMatch(/hit a node that served no copy/);
  });

  it("fails when a scenario expects less than what happened", async () => {
    const { ran, told } = await lab.play("too-modest", disableServing + "  - expect: { copy: dvd, grade: G3 }\n");
    expect(ran.exit, told).toBe(1);
  });
});

describe("other profiles", () => {
  it.each([
    [
      "durable handles are reclaimed",
      "e2e-durable",
      33,
      `  samba: "4.24"\n  profile: durable\n  storage: { kind: shared-volume, medium: tmpfs, size: 2GiB }\n  smbConf: { global: { "aio write size": "0" } }`,
      "G3",
      0,
      "pass",
    ],
    [
      "without durable handles the client re-opens, which is not G3",
      "e2e-none",
      35,
      `  samba: "4.25"\n  profile: none`,
      "G3",
      1,
      "fail",
    ],
    [
      "without durable handles the client re-opens, which is G2",
      "e2e-none",
      35,
      `  samba: "4.25"\n  profile: none`,
      "G2",
      0,
      "pass",
    ],
  ])("%s", async (_what, name, net, cluster, grade, exit, outcome) => {
    const steps = `${disableServing}  - expect: { copy: dvd, failovers: 1, grade: ${grade}, content: identical }\n`;
    using place = folder({
      "lab.yaml": topology(name, net, cluster),
      "mine.yaml": `name: ${name}\ntopology: ./lab.yaml\nsteps:\n${steps}`,
    });
    const ran = await plugfest(["run", "./mine.yaml"], { cwd: place.path });
    expect(ran.exit, ran.stdout + ran.stderr).toBe(exit);
    expect(judged(leftBehind(place.path, name)).verdict?.outcome).toBe(outcome);
  });
});
