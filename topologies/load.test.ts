import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Diagnostic } from "../core/diagnostic.js";
import { UserError } from "../core/errors.js";
import { brokenTopologies } from "./broken.fixture.js";
import { loadTopology, readTopology, shippedTopologies } from "./load.js";

const knownSamba = ["4.17", "4.22", "4.24", "4.25"];

function complaintsOf(work: () => unknown): readonly Diagnostic[] {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error.diagnostics;
    throw error;
  }
  return [];
}

function shown({ position, code, message, hint }: Diagnostic): string {
  const word = position?.text.slice(position.column - 1, position.endColumn - 1) ?? "";
  return `${String(position?.line)}[${word}] ${code}: ${message}${hint === undefined ? "" : ` (${hint})`}`;
}

describe("what is wrong is told all at once, each at its place", () => {
  test.each(brokenTopologies.map((each) => [each.what, each] as const))("%s", (_what, { text, complaints }) => {
    expect(complaintsOf(() => readTopology("pair.yaml", text, { knownSamba })).map(shown)).toEqual(complaints);
  });
});

describe("finding the file", () => {
  let cwd = "";
  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), "plugfest-load-"));
    writeFileSync(
      join(cwd, "mine.yaml"),
      "name: mine\ncluster: { nodes: 1, samba: '4.25', shares: { a: { path: /cluster/a } } }",
    );
  });
  afterAll(() => {
    rmSync(cwd, { recursive: true });
  });
  const complaint = (name: string) => {
    const [{ message, hint } = { message: "", hint: "" }] = complaintsOf(() => loadTopology(name, { cwd, knownSamba }));
    return [message, hint];
  };

  test("a path starts at the working directory", () => {
    expect(loadTopology("mine.yaml", { cwd, knownSamba }).spec).toMatchObject({ name: "mine", source: "mine.yaml" });
  });
  test("a shipped name is found from anywhere", () => {
    expect(loadTopology("redmond", { cwd, knownSamba }).spec.name).toBe("redmond");
  });
  test("a misspelt name is set right", () => {
    expect(complaint("redmnd")).toEqual(['no topology named "redmnd" is shipped', 'did you mean "redmond"?']);
  });
  test("an unknown name shows what there is", () => {
    expect(complaint("lab")).toEqual([
      'no topology named "lab" is shipped',
      "shipped: minimal, museum-422, redmond, redmond-durable, redmond-kernel, redmond-machine, redmond-vm, redmond-windows, roce, smbdirect, three-clients, two-clients, witness; for a file, write ./lab",
    ]);
  });
  test("a path that does not exist may mean a shipped one", () => {
    expect(complaint("./redmond.yaml")).toEqual([
      "./redmond.yaml cannot be read: it does not exist",
      'plugfest ships "redmond"',
    ]);
  });
  test("a folder is no topology", () => {
    expect(complaint("./")[0]).toBe("./ cannot be read: it is a folder");
  });
});

test("every shipped topology loads without a warning, and none uses another one's addresses", () => {
  const loaded = shippedTopologies().map((name) => loadTopology(name, { cwd: "/", knownSamba }));
  expect(loaded.map(({ spec, warnings }) => [spec.name, warnings])).toEqual([
    ["minimal", []],
    ["museum-422", []],
    ["redmond", []],
    ["redmond-durable", []],
    ["redmond-kernel", []],
    ["redmond-machine", []],
    ["redmond-vm", []],
    ["redmond-windows", []],
    ["roce", []],
    ["smbdirect", []],
    ["three-clients", []],
    ["two-clients", []],
    ["witness", []],
  ]);
  const subnets = loaded.flatMap(({ spec }) => spec.networks.map(({ subnet }) => subnet));
  expect(new Set(subnets).size).toBe(subnets.length);
});

test.each([
  ["docker", "write medium: tmpfs to see durable handles reclaimed"],
  ["qemu", "write kind: ocfs2 to see durable handles reclaimed"],
])("durable handles on disk are a warning, not an error: %s", (runtime, hint) => {
  const storage = "storage: { kind: shared-volume, medium: disk }";
  const text = `name: d
cluster: { nodes: 1, runtime: ${runtime}, samba: '4.24', profile: durable, ${storage}, shares: { a: { path: /cluster/a } } }`;
  const { spec, warnings } = readTopology("d.yaml", text, { knownSamba });
  expect(spec.cluster.storage.medium).toBe("disk");
  expect(
    warnings.map(({ code, severity, position, hint: advice }) => [code, severity, position?.line, advice]),
  ).toEqual([["topology/durable-on-disk", "warning", 2, hint]]);
});
