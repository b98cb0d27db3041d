import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { folder, plugfest } from "../support/plugfest.js";
import { labText } from "../support/small-lab.js";

const lab = "e2e-matrix";
const matrix = `name: small
topology: ./lab.yaml
matrix:
  axes:
    workload:
      write: { copy: { id: io, from: laptop, to: "dvd/\${cell}.bin", size: 32MiB, rate: 16MiB } }
      read: { read: { id: io, to: laptop, from: "dvd/\${cell}.bin", size: 32MiB, rate: 16MiB } }
    fault:
      disable: { step: { disable: serving(io) }, grade: G4 }
steps:
  - <<: \${workload}
    during:
      - at: { copy: io, progress: 40% }
        <<: \${fault.step}
  - until: { cluster: healthy, within: 30s }
  - expect: { copy: io, failovers: 1, grade: "\${fault.grade}", content: identical }
always:
  - exec: { on: node1, run: "rm /cluster/dvd/\${cell}.bin" }
`;

let place: ReturnType<typeof folder>;
const runs = () => join(place.path, "runs");
const latest = (...names: string[]) => join(runs(), "small", "latest", ...names);

interface Results {
  readonly cells: readonly {
    readonly id: string;
    readonly summary: { readonly n: number; readonly grades: unknown; readonly stall: { readonly p50Ms: number } };
    readonly runs: readonly { readonly folder: string; readonly outcome: string }[];
  }[];
}

beforeAll(() => {
  place = folder({
    "lab.yaml": labText({ name: lab, net: 60, cluster: "  profile: persistent" }),
    "small.yaml": matrix,
  });
});
afterAll(async () => {
  await plugfest(["down", lab]);
  place[Symbol.dispose]();
});

it("runs its cells one after another in one lab, tells them as a table, and goes on in its folder", async () => {
  const run = (...more: string[]) => plugfest(["run", "./small.yaml", "--runs", runs(), ...more], { cwd: place.path });
  const first = await run("--cell", "workload=write");
  expect(first, first.stdout + first.stderr).toMatchObject({ exit: 0 });
  expect(first.stdout.split("\n")[0]).toMatch(/^PASS {4}write_disable {2}G4, stall /);

  const rest = await run("--resume", latest(), "--repeat", "1");
  expect(rest, rest.stdout + rest.stderr).toMatchObject({ exit: 0, stderr: "" });
  expect(rest.stdout.split("\n").filter((line) => line.startsWith("PASS"))).toEqual([
    expect.stringMatching(/^PASS {4}read_disable {3}G4, stall /) as string,
  ]);

  const { cells } = JSON.parse(readFileSync(latest("matrix.json"), "utf8")) as Results;
  expect(cells.map(({ id, summary }) => [id, summary.n, summary.grades])).toEqual([
    ["write_disable", 1, { G4: 1 }],
    ["read_disable", 1, { G4: 1 }],
  ]);
  for (const { summary } of cells) expect(summary.stall.p50Ms).toBeGreaterThan(0);
  expect(readFileSync(latest("matrix.md"), "utf8")).toContain("| write    | disable | 1   | pass    | G4 ");
  expect(readFileSync(latest("junit.xml"), "utf8")).toContain('tests="2" failures="0" errors="0" skipped="0"');

  const [written] = cells;
  const report = await plugfest(["report", latest(written?.runs[0]?.folder ?? "")]);
  expect(report).toMatchObject({ exit: 0 });
  expect((await plugfest(["ls"])).stdout).not.toContain(lab);
});
