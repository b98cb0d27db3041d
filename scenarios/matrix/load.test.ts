import { describe, expect, it } from "vitest";
import { UserError } from "../../core/errors.js";
import { loadTopology } from "../../topologies/load.js";
import { checkScenario, shippedScenarios } from "../load.js";
import type { LoadedScenario } from "../load.js";
import { checkMatrix } from "./check.js";
import { loadMatrix, readMatrix, scenarioOf } from "./load.js";

const head = `name: mine
topology: \${profile}
matrix:
  axes:
    profile: { persistent: redmond, durable: redmond-durable }
    workload:
      write:
        step: { copy: { id: io, from: laptop, to: "dvd/\${cell}.bin", size: 1MB } }
        at: { copy: io, progress: 40% }
    fault:
      disable: { step: { disable: serving(io) }, grade: { persistent: G4, durable: G3 } }
      stop:
        step: { stop: serving(io) }
        grade: { by: profile, persistent: G0, else: G2 }
`;
const steps = `steps:
  - <<: \${workload.step}
    during:
      - at: \${workload.at}
        <<: \${fault.step}
  - expect: { copy: io, grade: "\${fault.grade}" }
`;

const check = (loaded: LoadedScenario) =>
  checkScenario(loaded, loadTopology(loaded.scenario.topology, { cwd: ".", knownSamba: ["4.24", "4.25"] }).spec);

function matrixOf(text: string) {
  const matrix = readMatrix("mine.yaml", text);
  if (matrix === undefined) throw new Error("it is no matrix");
  return matrix;
}

/** Code, line and column of everything that is wrong. */
function wrong(text: string) {
  const told = (error: unknown) => {
    if (error instanceof UserError) return error.diagnostics;
    throw error;
  };
  const found = (() => {
    try {
      return checkMatrix(matrixOf(text), check);
    } catch (error) {
      return told(error);
    }
  })();
  return found.map(({ code, position, message, hint }) => ({
    code,
    at: [position?.line, position?.column],
    says: `${message} ${hint ?? ""}`,
  }));
}

describe("a matrix", () => {
  it("has a cell for each combination, the last axis changing fastest", () => {
    const { cells, axes } = matrixOf(head + steps);
    expect(cells.map(({ id }) => id)).toEqual([
      "persistent_write_disable",
      "persistent_write_stop",
      "durable_write_disable",
      "durable_write_stop",
    ]);
    expect(axes[0]).toEqual({ name: "profile", values: ["persistent", "durable"] });
    expect(checkMatrix(matrixOf(head + steps), check)).toEqual([]);
  });

  it("leaves out what is excluded", () => {
    const text = `${head}  exclude:\n    - { profile: durable, fault: [stop] }\n    - { fault: disable }\n${steps}`;
    expect(matrixOf(text).cells.map(({ id }) => id)).toEqual(["persistent_write_stop"]);
  });

  it("gives each cell its scenario, topology and expectation", () => {
    const matrix = matrixOf(head + steps);
    const [, stopped, , durable] = matrix.cells;
    if (stopped === undefined || durable === undefined) throw new Error("cells are missing");
    const { scenario } = scenarioOf(matrix, stopped, 2);
    expect(scenario.topology).toBe("redmond");
    expect(scenario.steps[0]).toMatchObject({
      id: "steps.0",
      args: { to: "dvd/persistent_write_stop_2.bin" },
      during: [{ args: "serving(io)", when: { at: { copy: "io", progress: 0.4 } } }],
    });
    expect(scenario.steps[0]?.during[0]?.verb.name).toBe("stop");
    expect(scenario.steps[1]?.args).toMatchObject({ grade: "G0" });
    expect(scenarioOf(matrix, durable, 1).scenario.steps[1]?.args).toMatchObject({ grade: "G2" });
  });

  it("is what has a matrix, and nothing else is", () => {
    expect(readMatrix("mine.yaml", "name: mine\ntopology: redmond\nsteps: []\n")).toBeUndefined();
  });

  it("may have an axis of texts, and an axis that only chooses", () => {
    const text = `name: mine
topology: redmond
matrix:
  axes:
    node: [node1, node2]
    how: [hard, soft]
    fault: { one: { by: how, hard: { crash: node1 }, soft: { disable: node1 } } }
steps:
  - exec: { on: "\${node}", run: "echo \${node} \${fault} \${cell}" }
  - \${fault}
`;
    const matrix = matrixOf(text);
    const [, second] = matrix.cells;
    if (second === undefined) throw new Error("cells are missing");
    const [exec, fault] = scenarioOf(matrix, second, 1).scenario.steps;
    expect(exec?.args).toMatchObject({ on: "node1", run: "echo node1 one node1_soft_one_1" });
    expect(fault?.verb.name).toBe("disable");
  });
});

const shipped = shippedScenarios().flatMap((name) => loadMatrix(name, "/") ?? []);

it.each(shipped.map((matrix) => [matrix.name, matrix] as const))(
  "%s is shipped, and each cell can be run",
  (_, matrix) => {
    expect(checkMatrix(matrix, check)).toEqual([]);
  },
);

describe("refused at its place is", () => {
  it("a piece that a value lacks, with what it has", () => {
    const [one, ...more] = wrong(`${head}${steps}  - \${fault.setp}\n`);
    expect(one).toMatchObject({ code: "scenario/unknown-piece", at: [21, 5] });
    expect(one?.says).toContain('fault "disable" has no "setp" did you mean "step"?');
    expect(more.map(({ at }) => at)).toEqual([[21, 5]]);
  });

  it("a piece that is wrong, where it was written, once for all cells that have it", () => {
    const text = (head + steps).replace("{ stop: serving(io) }", "{ stop: serving(oi) }");
    expect(wrong(text)).toMatchObject([{ code: "scenario/unknown-copy", at: [13, 23] }]);
  });

  it("a case that is missing, and one of no value", () => {
    expect(wrong((head + steps).replace(", else: G2", ""))).toMatchObject([
      { code: "scenario/no-case", says: expect.stringContaining('nothing for profile "durable"') as string },
    ]);
    expect(wrong((head + steps).replace("else: G2", "else: G2, durabel: G1"))).toMatchObject([
      { code: "scenario/unknown-value", says: expect.stringContaining('did you mean "durable"?') as string },
    ]);
  });

  it("an exclusion of what there is not", () => {
    const text = `${head}  exclude:\n    - { profil: durable }\n    - { fault: stpo }\n${steps}`;
    expect(wrong(text)).toMatchObject([
      { code: "scenario/unknown-axis", at: [16, 9], says: expect.stringContaining('"profile"') as string },
      { code: "scenario/unknown-value", at: [17, 16], says: expect.stringContaining('"stop"') as string },
    ]);
  });

  it("an exclusion of everything", () => {
    const text = `${head}  exclude: [{ workload: write }]\n${steps}`;
    expect(wrong(text)).toMatchObject([{ code: "scenario/no-cells", at: [15, 12] }]);
  });

  it("an axis that fills no blank", () => {
    const text = head.replace("    workload:", "    idle: [a, b]\n    workload:") + steps;
    expect(wrong(text)).toMatchObject([{ code: "scenario/unused-axis", at: [6, 5] }]);
  });

  it("an axis with the name of what each cell has", () => {
    const text = head.replace("    workload:", "    cell: [a, b]\n    workload:") + steps;
    expect(wrong(text)[0]).toMatchObject({ code: "scenario/reserved-name", at: [6, 5] });
  });

  it("an axis without values, and a name that cannot be part of a path", () => {
    expect(wrong(head.replace(/profile: \{.*\}/, "profile: []") + steps)[0]).toMatchObject({ at: [5, 14] });
    expect(wrong(head.replace("persistent: redmond", '"a b": redmond') + steps)[0]).toMatchObject({ at: [5, 16] });
  });

  it("a topology that does not exist", () => {
    expect(wrong((head + steps).replace("redmond-durable", "redmond-durabel"))[0]).toMatchObject({
      code: "topology/not-found",
    });
  });
});
