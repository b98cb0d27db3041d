import { describe, expect, it } from "vitest";
import { testLab } from "../support/test-lab.js";

const topology = `name: e2e-moments
networks:
  private: { subnet: 10.77.91.0/24 }
  public: { subnet: 10.77.92.0/24 }
cluster:
  nodes: 3
  samba: "4.25"
  profile: persistent
  publicAddresses: { network: public, count: 3 }
  shares: { dvd: { path: /cluster/dvd } }
  smbConf: { dvd: { "smb3 ca so:max lease mask": RWH } }
clients:
  laptop: { kind: smb3 }
  desk: { kind: smb3 }
`;
const MIB = 2 ** 20;

describe("moments", () => {
  const lab = testLab(topology);

  /** The events of a copy of this size, and rate, with this block. */
  const play = (name: string, size: string, block: readonly string[]) =>
    lab.play(
      name,
      `  - copy: { id: dvd, from: laptop, to: dvd/${name}.iso, size: ${size} }
    during:
${block.map((line) => `      ${line}\n`).join("")}`,
    );

  it("a fault at a byte lands within 1 MiB of it, 20 times out of 20", async () => {
    const targets = Array.from({ length: 20 }, (_, index) => (index + 1) * 24 * MIB + index * 4321);
    // The last two break the copy itself: what kills at once, and what CTDB is told to do.
    const faults = [
      ...targets.slice(0, 18).map(() => "disable: node3"),
      ...["kill: { process: smbd, of: dvd }", "disable: serving(dvd)"],
    ];
    const block = faults.flatMap((fault, index) => [
      `- at: { copy: dvd, bytes: ${String(targets[index])}B }`,
      `  ${fault}`,
    ]);
    const { of } = await play("bytes", "512MiB", block);
    const acked = [...of("copy.progress"), ...of("copy.mark")].sort((a, b) => a.clientMs - b.clientMs);
    const lost = of("copy.lost");
    const injected = of("fault.injected").sort((a, b) => a.startedMs - b.startedMs);
    expect(injected).toHaveLength(20);
    const misses = injected.map(({ fault, startedMs }, index) => {
      // What CTDB is told happens when it is told, and until then the client is slow. A kill is felt at once.
      const byThen =
        fault === "disable"
          ? acked.findLast(({ clientMs }) => clientMs <= startedMs)
          : lost.find(({ clientMs }) => clientMs >= startedMs);
      return (byThen?.acked ?? NaN) - (targets[index] ?? NaN);
    });
    console.log(`bytes between fault and target, of 20: ${misses.join(", ")}`);
    expect(misses.filter((miss) => miss >= 0 && miss < MIB)).toHaveLength(20);
  });

  it("a step starts at a count of writes, so long after the file was opened, and at events", async () => {
    const { of, events } = await play("others", "256MiB, rate: 50MiB", [
      ...["- at: { copy: dvd, write: 20 }", "  exec: { on: node1, run: 'true' }"],
      ...["- after: 300ms", "  exec: { on: node1, run: 'true' }"],
      ...["- at: { copy: dvd, progress: 50% }", "  disable: serving(dvd)"],
      ...["- on: reclaim", "  exec: { on: node1, run: 'true' }"],
      ...["- on: fault", "  after: 100ms", "  exec: { on: node1, run: 'true' }"],
    ]);
    const started = (step: number) =>
      of("step.started").find((event) => event.step === `steps.0.during.${String(step)}`)?.atMs ?? NaN;
    const [opened, reclaim, fault] = (["copy.opened", "copy.reclaim", "fault.injected"] as const).map(
      (type) => events.find((event) => event.type === type)?.atMs ?? NaN,
    );
    const mark = of("copy.mark").find(({ id }) => id === "steps.0.during.0");
    expect(mark?.acked).toBeLessThanOrEqual(21 * MIB);
    expect(started(1) - opened!).toBeGreaterThanOrEqual(299);
    expect(started(3)).toBeGreaterThanOrEqual(reclaim!);
    expect(started(4) - fault!).toBeGreaterThanOrEqual(99);
  });

  it("two clients copy at once; one's node is disabled, and the lab's own names are put in commands", async () => {
    const { ran, of } = await lab.play(
      "together",
      `  - parallel:
      - copy: { id: one, from: laptop, to: dvd/one.iso, size: 96MiB, rate: 30MiB }
        during:
          - at: { copy: one, progress: 30% }
            disable: serving(one)
          - at: { copy: one, progress: 80% }
            exec: { on: node1, run: "ctdb -X ip | grep -F '\${one.address}' && test -s \${one.path} && ip route get \${desk.public}" }
      - copy: { id: two, from: desk, to: dvd/two.iso, size: 96MiB, rate: 30MiB }
  - expect: { copy: one, grade: G4, failovers: 1 }
  - expect: { copy: one, content: identical }
  - expect: { copy: two, content: identical }
`,
    );
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ exit: 0 });
    const [one, two] = of("copy.started").filter(({ verb }) => verb === "put");
    const ended = of("copy.finished").filter(({ verb }) => verb === "put");
    expect(ended.every(({ atMs }) => atMs > Math.max(one!.atMs, two!.atMs))).toBe(true);
  });
});
