import { describe, expect, it } from "vitest";
import type { PhaseName } from "../../core/event.js";
import { engineOrSkip } from "../support/engine.js";
import { labText } from "../support/small-lab.js";
import { testLab } from "../support/test-lab.js";

const engine = await engineOrSkip();
const topology = labText({
  ...{ name: "e2e-prove", net: 71 },
  cluster: `  profile: persistent\n  smbConf: { dvd: { "smb3 ca so:max lease mask": RWH } }`,
});

/** Everything that can be judged of a copy, and of the lab after it. */
const CHECKS = {
  "dvd: failovers": "1",
  "dvd: grade": "G4",
  "dvd: handle": "kept",
  "dvd: stall": "{ under: 10s, phases: { takeover: 10s, announce: 10s, session: 10s, reclaim: 10s } }",
  "dvd: lease": "RWH",
  "dvd: content": "identical",
  "dvd: acknowledged": "kept",
  "dvd: opens": "none",
  cluster: "healthy",
  addresses: "spread",
  logs: "clean",
} as const;

const expectations = Object.entries(CHECKS).map(([check, wanted]) => `${check.replace("dvd: ", "")}: ${wanted}`);

/** Slow enough that the addresses have moved long before its end, however fast the machine is. */
const failover = (size: string) => `  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: ${size}, rate: 30MB }
    during:
      - at: { copy: dvd, progress: 30% }
        disable: serving(dvd)
  - until: { cluster: healthy, within: 30s }
`;

const DELAY_MS = 2_000;

/** An event script of CTDB on both nodes that only takes its time; its number says before or after which others it is run. */
function delayed(event: string, number: string): { readonly plant: string; readonly remove: string } {
  const file = `/etc/ctdb/events/legacy/${number}.delay.script`;
  const plant = (on: string) => `  - exec:
      on: ${on}
      run: |
        echo '#!/bin/sh' > ${file}
        echo '[ "$1" != ${event} ] || sleep ${String(DELAY_MS / 1000)}' >> ${file}
        chmod 755 ${file}
`;
  const remove = (on: string) => `  - exec: { on: ${on}, run: "rm -f ${file}" }\n`;
  const nodes = ["node1", "node2"];
  return { plant: nodes.map(plant).join(""), remove: nodes.map(remove).join("") };
}

describe.skipIf(engine === undefined)("evidence on a real cluster", () => {
  const lab = testLab(topology);

  it("turns each check red by the defects that are planted below it", async () => {
    const steps = `${failover("192MiB")}  - expect: { copy: dvd, ${expectations.join(", ")} }\n`;
    const { ran, told, of } = await lab.play("proven", steps, "--prove");
    expect(ran, told).toMatchObject({ exit: 0 });
    const proofs = of("check.proven");
    expect(
      proofs.map(({ check, proven, reason }) => ({ check, proven, red: reason.startsWith("turned red") })),
    ).toEqual(Object.keys(CHECKS).map((check) => ({ check, proven: true, red: true })));
    const failed = proofs.map(({ defects }) => defects.filter(({ result }) => result === "caught").length);
    expect(Math.min(...failed)).toBeGreaterThanOrEqual(2);
  });

  it("calls a check unproven that did not pass, and its run unknown", async () => {
    const steps = `  - copy: { id: dvd, from: laptop, to: dvd/late.iso, size: 2MiB }
    during:
      - at: { copy: dvd, progress: 99% }
        disable: serving(dvd)
  - expect: { copy: dvd, failovers: 1 }
`;
    const { ran, told, of } = await lab.play("unproven", steps, "--prove");
    expect(ran, told).toMatchObject({ exit: 2 });
    expect(of("check.proven")).toMatchObject([
      { check: "dvd: failovers", proven: false, reason: expect.stringMatching(/^it did not pass/) as string },
    ]);
    expect(ran.stdout).toMatch(/^unproven +dvd: failovers: it did not pass/m);
  });

  // The address is taken when CTDB begins to, and announced when the scripts for that have run; of two nodes the second
  // takes it when the first has let go, its scripts for that included.
  it.each([
    ["announce", "takeip", "05"],
    ["takeover", "releaseip", "95"],
  ] as const)("finds a delay of 2 s in the phase it was planted in: %s", async (phase, event, number) => {
    const { plant, remove } = delayed(event, number);
    const expected = `  - expect: { copy: dvd, failovers: 1, grade: G4, handle: kept }\n`;
    const steps = `${plant}${failover("128MiB")}${expected}always:\n${remove}`;
    const { ran, told, of } = await lab.play(phase, steps);
    expect(ran, told).toMatchObject({ exit: 0 });
    const { phases } = of("phases")[0]!;
    const ms = (name: PhaseName) => phases.filter((one) => one.name === name).map(({ fromMs, toMs }) => toMs - fromMs);
    expect(ms(phase)[0], JSON.stringify(phases)).toBeGreaterThanOrEqual(DELAY_MS);
    const others = phases.filter(({ name }) => name !== phase).flatMap(({ name }) => ms(name));
    expect(Math.max(...others), JSON.stringify(phases)).toBeLessThan(DELAY_MS);
  });
});
