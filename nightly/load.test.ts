import { describe, expect, it } from "vitest";
import { UserError } from "../core/errors.js";
import { cellsOf } from "./cells.js";
import { readExpectations, readNightly } from "./load.js";

const options = { knownSamba: ["4.17", "4.22", "4.24", "4.25"], kernel: { netem: true } };
const read = (text: string) => readNightly("nightly.yaml", text, "/");
const cells = async (text: string) => cellsOf(read(text), options);

/** Everything that is wrong: place, what stands there, and what is said. */
async function wrong(text: string | (() => unknown)): Promise<string[]> {
  try {
    await (typeof text === "string" ? cells(text) : text());
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.diagnostics.map(({ code, message, position, hint }) => {
      const word = position?.text.slice(position.column - 1, position.endColumn - 1) ?? "";
      return `${String(position?.line)}[${word}] ${code}: ${message}${hint === undefined ? "" : ` (${hint})`}`;
    });
  }
  return [];
}

const mine = "name: mine\nscenarios: [redmond-failover]\n";

describe("a nightly", { timeout: 30_000 }, () => {
  it("of one scenario is one cell, on its own topology", async () => {
    const [cell, ...more] = await cells(mine);
    expect(more).toEqual([]);
    expect(cell).toMatchObject({
      ...{ cell: "redmond-failover_redmond_4.25_persistent", scenario: "redmond-failover", topology: "redmond" },
      ...{ samba: "4.25", profile: "persistent", repeats: 3 },
    });
  });

  it("is every combination, with another Samba and profile where it says so, and keeps to its exclusions", async () => {
    const found = await cells(`name: mine
scenarios: [node-crash, read-failover]
topologies: [redmond, redmond-durable]
samba: ["4.24", "4.25"]
profiles: [durable, persistent]
repeats: 5
exclude:
  - { samba: "4.24", profile: persistent }
  - { topology: redmond-durable, profile: persistent }
  - { scenario: read-failover, topology: [redmond-durable] }
`);
    expect(found.map(({ cell, lab: { spec } }) => [cell, spec.nodes[0]?.samba, spec.cluster.profile])).toEqual([
      ["node-crash_redmond_4.24_durable", "4.24", "durable"],
      ["node-crash_redmond_4.25_durable", "4.25", "durable"],
      ["node-crash_redmond_4.25_persistent", "4.25", "persistent"],
      ["node-crash_redmond-durable_4.24_durable", "4.24", "durable"],
      ["node-crash_redmond-durable_4.25_durable", "4.25", "durable"],
      ["read-failover_redmond_4.24_durable", "4.24", "durable"],
      ["read-failover_redmond_4.25_durable", "4.25", "durable"],
      ["read-failover_redmond_4.25_persistent", "4.25", "persistent"],
    ]);
    expect(new Set(found.map(({ definition }) => definition)).size).toBe(found.length);
  });

  it("takes the cells of a matrix, each with the topology that it has, and what has a tag", async () => {
    const matrix = await cells("name: mine\nscenarios: [fault-matrix]\nsize: 8MiB\n");
    expect(matrix.length).toBeGreaterThan(40);
    expect(matrix[0]?.cell).toMatch(/^fault-matrix\.persistent\S*_write_disable_redmond_/);
    const tagged = await cells("name: mine\nscenarios: [{ tag: failover }]\n");
    expect(tagged.length).toBeGreaterThan(0);
  });

  it("of another size is another experiment", async () => {
    const [one] = await cells(mine);
    const [other] = await cells(`${mine}size: 8MiB\n`);
    expect(other?.definition).not.toBe(one?.definition);
    expect(other?.scenarioOf(1).scenario.steps[0]?.args).toMatchObject({ size: 8 * 2 ** 20 });
  });
});

describe("refused at its place is", () => {
  it.each([
    ["a misspelt field", `${mine}repeat: 5\n`, '3[repeat] nightly/unknown-field: unknown field "repeat" (did you mean'],
    ["a wrong value", `${mine}repeats: many\n`, "3[many] nightly/wrong-type: repeats: expected"],
    ["a missing field", "name: mine\n", "1[name] nightly/missing-field: scenarios: this field"],
    [
      "a scenario that nobody ships",
      "name: mine\nscenarios: [node-crush]\n",
      '2[node-crush] scenario/not-found: no scenario "node-crush" is shipped (did you mean "node-crash"?)',
    ],
    ["a tag that nothing has", "name: mine\nscenarios: [{ tag: failovr }]\n", "cli/unknown-tag"],
    [
      "a topology that nobody ships",
      `${mine}topologies: [redmont]\n`,
      '3[redmont] topology/not-found: no topology named "redmont" is shipped (did you mean "redmond"?)',
    ],
    [
      "a Samba without image",
      `${mine}samba: ["4.52"]\n`,
      '3["4.52"] nightly/unknown-samba: samba[0]: no image has Samba 4.52',
    ],
    [
      "a combination that cannot be",
      `${mine}samba: ["4.24"]\nprofiles: [persistent]\n`,
      "4[persistent] nightly/impossible-combination: redmond with Samba 4.24, persistent: ",
    ],
    [
      "an exclusion of nothing",
      `${mine}exclude: [{ samba: "4.24" }]\n`,
      "nightly/unused-exclusion: exclude[0]: this leaves no cell out",
    ],
    ["an exclusion of everything", `${mine}exclude: [{ topology: redmond }]\n`, "nightly/no-cells"],
    ["one scenario twice", "name: mine\nscenarios: [node-crash, node-crash]\n", "nightly/same-cell"],
  ])("%s", async (_what, text, said) => {
    expect((await wrong(text)).join("\n")).toContain(said);
  });

  it("an impossible combination with the line that excludes it", async () => {
    const [said] = await wrong(`${mine}samba: ["4.24"]\nprofiles: [persistent]\n`);
    expect(said).toContain('exclude it: - { samba: "4.24", profile: persistent }');
  });
});

describe("expectations", () => {
  const one = (fields: string) => `expectations:\n  - { ${fields}, reason: a bug, link: "https://example.org/1" }\n`;
  const names = ["node-crash_redmond_4.25_persistent", "node-crash_redmond_4.24_durable"];
  const expected = (text: string) => () => readExpectations("expectations.yaml", text, names);

  it("are of cells, by pattern", () => {
    const text = one('cell: "node-crash_*_4.25_*", status: known-failure, expires: "2026-12-31"');
    expect(expected(text)()).toMatchObject([{ status: "known-failure", expires: "2026-12-31" }]);
  });

  it.each([
    ["a cell that there is not", 'cell: node-crush, status: flapping, expires: "2026-12-31"', "nightly/unknown-cell"],
    ["a day that there is not", 'cell: "*", status: flapping, expires: "2026-02-31"', "there is no such day"],
    ["no end", 'cell: "*", status: flapping', "expires: this field"],
    ["a status that there is not", 'cell: "*", status: known-fail, expires: "2026-12-31"', "known-failure"],
  ])("are refused for %s", async (_what, fields, said) => {
    expect((await wrong(expected(one(fields)))).join("\n")).toContain(said);
  });
});
