import { expect, it } from "vitest";
import { folder, plugfest } from "../support/plugfest.js";

const matrix = `name: mine
topology: \${profile}
matrix:
  axes:
    profile: { persistent: redmond, durable: redmond-durable }
    fault: { disable: { disable: serving(dvd) }, stop: { stop: serving(dvd) } }
steps:
  - copy: { id: dvd, from: laptop, to: "dvd/\${cell}.iso", size: 1MB }
    during:
      - at: { copy: dvd, progress: 40% }
        <<: \${fault}
  - expect: { copy: dvd, failovers: 1 }
`;

it("lists the cells of a matrix, by topology, and how many runs are to do", async () => {
  using files = folder({ "mine.yaml": matrix });
  const ran = await plugfest(["run", "./mine.yaml", "--plan", "--repeat", "3", "--cell", "fault=stop"], {
    cwd: files.path,
  });
  expect(ran).toEqual({
    exit: 0,
    stderr: "",
    stdout: "persistent_stop  redmond  3\ndurable_stop     redmond-durable  3\n2 cells, 6 runs to do",
  });
  const json = await plugfest(["run", "./mine.yaml", "--plan", "--json"], { cwd: files.path });
  expect(JSON.parse(json.stdout)).toHaveLength(4);
});

it("checks every cell of a matrix before anything is touched", async () => {
  using files = folder({ "mine.yaml": matrix.replace("stop: serving(dvd)", "stop: serving(cd)") });
  for (const argv of [
    ["run", "./mine.yaml"],
    ["validate", "./mine.yaml"],
  ]) {
    const ran = await plugfest(argv, { cwd: files.path });
    expect(ran.exit).toBe(3);
    expect(ran.stderr).toContain("./mine.yaml:6:64");
    expect(ran.stderr).toContain('no copy "cd"');
  }
});

it("refuses flags that do not belong together", async () => {
  using files = folder({ "mine.yaml": matrix });
  const refused = async (...argv: string[]) => {
    const { exit, stderr } = await plugfest(["run", ...argv], { cwd: files.path });
    expect(exit).toBe(3);
    return stderr;
  };
  expect(await refused("redmond-failover", "--plan")).toContain("--plan: only a scenario with a `matrix` has cells");
  expect(await refused("./mine.yaml", "--topology", "redmond")).toContain("--topology: a matrix says itself");
  expect(await refused("./mine.yaml", "--repeat", "none")).toContain("--repeat: expected a number from 1 to 1000");
  expect(await refused("./mine.yaml", "--cell", "fault=halt")).toContain('--cell: no fault "halt"');
  expect(await refused("./mine.yaml", "--resume", ".")).toContain("--resume: ");
});
