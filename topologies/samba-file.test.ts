import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../core/errors.js";
import { changedTopology, loadTopology, readTopology } from "./load.js";
import { loadSamba } from "./samba-file.js";

const options = { knownSamba: ["4.24", "4.25"] };
const lab = (samba: string, more = "") =>
  `name: mine\ncluster: { nodes: 2, samba: ${samba}, shares: { a: { path: /cluster/a } }${more} }\n`;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plugfest-samba-"));
  mkdirSync(join(folder, "sambas"));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, "sambas", name), text);
  };
  write("debs.yaml", 'name: candidate\nversion: "4.25"\nbase: forky\ndebs: ../packages\n');
  write("older.yaml", 'name: older\nversion: "4.24.7"\ndebian: trixie-backports\ndebs: /packages\n');
  write(
    "apt.yaml",
    'name: nightly\nversion: "4.26"\napt: { line: "deb https://host/debian trixie main", key: key.asc }\n',
  );
  write("pinned.yaml", 'name: pinned\nversion: "4.24.7+dfsg-1"\ndebian: trixie-backports\n');
  write("git.yaml", 'name: master\nversion: "4.26"\ngit: { from: ../samba, configure: [--enable-developer] }\n');
  write("far.yaml", 'name: far\nversion: "4.26"\ngit: { from: git@host:samba.git, ref: v4-26-test }\n');
  write("both.yaml", 'name: both\nversion: "4.24"\ndebs: ./a\ngit: { from: /b }\n');
  write("none.yaml", 'name: none\nversion: "4.24"\n');
  writeFileSync(join(folder, "lab.yaml"), lab("./sambas/debs.yaml"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function wrong(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) {
      return error.diagnostics.map(
        ({ message, hint, position }) =>
          `${String(position?.line)} ${message}${hint === undefined ? "" : ` (${hint})`}`,
      );
    }
    throw error;
  }
  return [];
}

describe("the file of a Samba", () => {
  it("says what it is made from, its places as seen from itself", () => {
    const read = (name: string) => loadSamba(`sambas/${name}.yaml`, folder);
    expect(read("debs")).toEqual({
      ...{ name: "candidate", version: "4.25", base: "forky", suite: "forky" },
      source: { kind: "debs", folder: join(folder, "packages") },
    });
    expect(read("older")).toMatchObject({ base: "trixie", suite: "trixie-backports", source: { folder: "/packages" } });
    expect(read("apt").source).toEqual({
      ...{ kind: "apt", line: "deb https://host/debian trixie main", key: join(folder, "sambas", "key.asc") },
    });
    expect(read("pinned")).toMatchObject({ version: "4.24.7+dfsg-1", source: { kind: "debian" } });
    expect(read("git").source).toEqual({
      ...{ kind: "git", from: join(folder, "samba"), ref: "HEAD", configure: ["--enable-developer"] },
    });
    expect(read("far").source).toMatchObject({ from: "git@host:samba.git", ref: "v4-26-test" });
  });

  it("says one place, and no more", () => {
    expect(wrong(() => loadSamba("sambas/both.yaml", folder))).toEqual([
      "4 git: debs and git exclude each other (remove one of them)",
    ]);
    expect(wrong(() => loadSamba("sambas/none.yaml", folder))).toEqual([
      "1 it is not said where it comes from (give one of debian, debs, apt, git)",
    ]);
  });
});

describe("a topology with the file of a Samba", () => {
  it("has its name and its build on each node, and the handles that its version has", () => {
    const { spec, source } = loadTopology("./lab.yaml", { cwd: folder, ...options });
    expect(spec.nodes.map(({ samba, build }) => [samba, build?.version])).toEqual([
      ["candidate", "4.25"],
      ["candidate", "4.25"],
    ]);
    expect(spec.cluster.profile).toBe("persistent");
    // As it is recorded it means the same from any folder.
    expect(readTopology("elsewhere/lab.yaml", source.text, options).spec.nodes).toEqual(spec.nodes);
  });

  it("mixes it with versions of the catalogue", () => {
    const { spec } = readTopology("lab.yaml", lab('[ "4.24", ./sambas/debs.yaml ]'), { cwd: folder, ...options });
    expect(spec.nodes.map(({ samba, build }) => [samba, build?.source.kind])).toEqual([
      ["4.24", undefined],
      ["candidate", "debs"],
    ]);
    expect(spec.cluster.profile).toBe("durable");
  });

  it("is refused a profile that its version has not", () => {
    const read = () =>
      readTopology("lab.yaml", lab("sambas/older.yaml", ", profile: persistent"), { cwd: folder, ...options });
    expect(wrong(read)).toEqual([
      '2 cluster.profile: persistent handles need Samba 4.25 or later, and a node has 4.24.7 (write samba: "4.25", or profile: durable)',
    ]);
  });

  it("is refused for virtual machines", () => {
    const read = () =>
      readTopology("lab.yaml", lab("sambas/debs.yaml", ", runtime: qemu"), { cwd: folder, ...options });
    expect(wrong(read)).toEqual([
      "2 cluster.samba: a node that is a virtual machine has a version of the catalogue, and not sambas/debs.yaml (make the nodes containers)",
    ]);
    const byRdma = () =>
      readTopology("lab.yaml", lab("sambas/debs.yaml", ", rdma: { private: rxe }"), { cwd: folder, ...options });
    expect(wrong(byRdma)).toEqual([
      "2 cluster.samba: a node that is a virtual machine has a version of the catalogue, and not sambas/debs.yaml (leave the nodes without RDMA, which makes machines of them: cluster: { rdma: { private: none, public: none } })",
    ]);
  });

  it("tells of a file that cannot be read, where it is named", () => {
    expect(wrong(() => readTopology("lab.yaml", lab("./gone.yaml"), { cwd: folder, ...options }))).toEqual([
      "2 the Samba file ./gone.yaml cannot be read (ENOENT)",
    ]);
  });

  it("is what another becomes that is run with it", () => {
    const base = loadTopology("redmond", { cwd: "/", ...options });
    const changed = changedTopology(base, { samba: join(folder, "sambas", "debs.yaml") }, options);
    expect(changed.spec.nodes.map(({ samba }) => samba)).toEqual(["candidate", "candidate", "candidate"]);
    expect(changedTopology(base, {}, options)).toBe(base);
  });
});
