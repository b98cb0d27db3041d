import { describe, expect, it, test } from "vitest";
import { UserError } from "../core/errors.js";
import type { Diagnostic } from "../core/diagnostic.js";
import { loadTopology, readTopology, shippedTopologies } from "../topologies/load.js";
import { brokenScenarios } from "./broken.fixture.js";
import { checkScenario, loadScenario, readScenario, shippedScenarios } from "./load.js";
import { loadMatrix } from "./matrix/load.js";
import { verbs } from "./verbs.js";

const topology = (name: string) => loadTopology(name, { cwd: ".", knownSamba: ["4.22", "4.24", "4.25"] }).spec;
const redmond = topology("redmond");

/** Everything that `validate` complains about. */
function complaints(text: string): readonly Diagnostic[] {
  try {
    return checkScenario(readScenario("broken.yaml", text), redmond);
  } catch (error) {
    if (error instanceof UserError) return error.diagnostics;
    throw error;
  }
}

test.each(brokenScenarios.map((each) => [each.what, each] as const))(
  "%s is refused at its place, with what to do",
  (_what, { text, code, at, says }) => {
    const found = complaints(text);
    expect(found.map((one) => [one.code, one.position?.line, one.position?.column])).toEqual([[code, ...at]]);
    expect(`${found[0]?.message ?? ""} ${found[0]?.hint ?? ""}`).toContain(says);
  },
);

const plainScenarios = shippedScenarios().filter((name) => loadMatrix(name, "/") === undefined);

describe("a scenario", () => {
  /** Those that need a witness, or RDMA, cannot do without it, and those of a cluster not without one. */
  const topologiesFor = (name: string) => {
    const { tags, topology: own } = loadScenario(name, "/").scenario;
    if (tags.includes("witness") || tags.includes("rdma")) return [own];
    return shippedTopologies().filter((shipped) => topology(shipped).nodes.length > 0);
  };

  it.each(plainScenarios.flatMap((name) => topologiesFor(name).map((on) => [name, on] as const)))(
    "%s is shipped and can be run on %s",
    (name, on) => {
      const loaded = loadScenario(name, "/");
      // What another topology than its own may lack: a storage that can be full, a release to upgrade to, more clients.
      // Or a client that can do more than copy.
      const lacks = [
        ...["scenario/host-disk", "scenario/profile-needs-version", "scenario/unknown-client"],
        "scenario/client-cannot",
        // What nobody has measured of the kernel's client, or where it fails, is expected of it by none.
        ...(topology(on).clients.every(({ kind }) => kind === "cifs") ? ["scenario/no-grade"] : []),
      ];
      const complaints = checkScenario(loaded, topology(on));
      const others = loaded.scenario.topology === on ? [] : lacks;
      expect(complaints.filter(({ code }) => !others.includes(code))).toEqual([]);
    },
  );

  it("that gives grades for profiles alone gives none for the kernel's client, and cannot be run with it", () => {
    const found = (name: string) =>
      checkScenario(loadScenario(name, "/"), topology("redmond-kernel")).map(({ code }) => code);
    expect(found("read-failover")).toEqual(["scenario/no-grade"]);
    expect(["redmond-failover", "node-crash", "public-cut"].flatMap(found)).toEqual([]);
  });

  it("refuses what a kernel's client cannot do, at the client of the step", () => {
    const steps = [
      "copy: { id: a, from: laptop, to: dvd/a, size: 1MB }",
      "read: { id: b, to: laptop, from: dvd/a, size: 1MB }",
      "hold: { id: c, client: laptop, file: dvd/c }",
      "files: { id: d, from: laptop, to: dvd/d, count: 2, size: 1kB }",
      "fsctl: { client: laptop, file: dvd/a, ask: trim, answer: OK }",
    ];
    const text = ["name: x", "topology: redmond-kernel", "steps:", ...steps.map((step) => `  - ${step}`)].join("\n");
    const found = checkScenario(readScenario("x.yaml", text), topology("redmond-kernel"));
    expect(found.map(({ code, position }) => [code, position?.line])).toEqual([
      ["scenario/client-cannot", 6],
      ["scenario/client-cannot", 7],
      ["scenario/client-cannot", 8],
    ]);
    expect(found[0]?.message).toContain(
      "laptop is of kind cifs: no program can ask the kernel's client for a lease of its choice, nor learn what became of it",
    );
  });

  it("refuses what Windows' client cannot do", () => {
    const lab = readTopology(
      "w.yaml",
      `name: w
networks: { public: { uplink: eth1 } }
cluster: { nodes: 2, samba: "4.25", shares: { dvd: { path: /cluster/dvd } } }
clients:
  pc: { kind: windows, runtime: ssh, ssh: { address: pc, user: pat, hostKey: "SHA256:${"A".repeat(43)}" } }
`,
      { knownSamba: ["4.25"] },
    ).spec;
    const steps = [
      "copy: { id: a, from: pc, to: dvd/a, size: 1MB }",
      "read: { id: b, to: pc, from: dvd/a, size: 1MB }",
      "hold: { id: c, client: pc, file: dvd/c }",
      "files: { id: d, from: pc, to: dvd/d, count: 2, size: 1kB }",
      "fsctl: { client: pc, file: dvd/a, ask: trim, answer: OK }",
    ];
    const text = ["name: x", "topology: w", "steps:", ...steps.map((step) => `  - ${step}`)].join("\n");
    const found = checkScenario(readScenario("x.yaml", text), lab);
    expect(found.map(({ code, position }) => [code, position?.line])).toEqual([
      ["scenario/client-cannot", 6],
      ["scenario/client-cannot", 7],
      ["scenario/client-cannot", 8],
    ]);
    expect(found[0]?.message).toContain("pc is of kind windows: no program can ask Windows for a lease of its choice");
  });

  it("about a cluster is refused in a lab without one, at each step of it", () => {
    const text = `name: alone
topology: roce
steps:
  - exec: { on: left, run: "true" }
  - disable: all
  - until: { cluster: healthy, within: 5s }
  - rdma: { from: left, to: middle }
  - rdma: { from: left, to: left }
  - expect: { addresses: held }
`;
    const found = checkScenario(readScenario("alone.yaml", text), topology("roce"));
    expect(found.map(({ code, position }) => [code, position?.line])).toEqual([
      ["scenario/no-cluster", 5],
      ["scenario/no-cluster", 6],
      ["scenario/no-rdma", 7],
      ["scenario/same-machine", 8],
      ["scenario/no-cluster", 9],
    ]);
  });

  it("names the link by which nodes with RDMA on two networks are to be measured", () => {
    const text = `name: nodes
topology: ./nodes.yaml
steps:
  - rdma: { from: node1/private, to: node2 }
  - rdma: { from: node1, to: node2/public }
  - rdma: { from: node1, to: node2 }
  - rdma: { from: node1/public, to: node2/private }
  - rdma: { from: node1/public, to: node1/private }
  - rdma: { from: laptop, to: node1 }
  - rdma: { from: node1/privat, to: soft }
  - rdma: { from: soft, to: node2 }
`;
    const nodes = `name: nodes
networks: { private: { rdma: rxe }, public: { rdma: rxe } }
cluster: { nodes: 2, samba: "4.25", shares: { dvd: { path: /cluster/dvd } } }
clients: { laptop: { kind: smb3 }, soft: { kind: smb3, rdma: siw } }
`;
    const { spec } = readTopology("nodes.yaml", nodes, { knownSamba: ["4.25"] });
    const found = checkScenario(readScenario("nodes.yaml", text), spec);
    expect(found.map(({ code, position, hint }) => [code, position?.line, hint])).toEqual([
      ["scenario/which-rdma", 6, "say which: from: node1/private"],
      ["scenario/other-rdma", 7, "name links to one network, such as node1/private and node2/private"],
      ["scenario/same-machine", 8, undefined],
      ["scenario/no-rdma", 10, 'did you mean "node1/private"?'],
      ["scenario/other-rdma", 11, "give both the same by `rdma` in the topology"],
    ]);
  });

  it("can copy to a server that stands alone, and by SMB Direct to no other", () => {
    const text = `name: both
topology: ./both.yaml
steps:
  - copy: { id: a, from: pc, to: iso/a, size: 1MB }
  - copy: { id: b, from: pc, to: dvd/b, size: 1MB }
  - copy: { id: c, from: pc, to: disc/c, size: 1MB }
  - cut: [nas/public, nas/private]
  - heal: nas
  - exec: { on: nas, run: "echo \${nas.public} \${a.path}" }
`;
    const both = `name: both
networks: { public: { rdma: rxe } }
cluster: { nodes: 2, samba: "4.25", shares: { dvd: { path: /cluster/dvd } } }
servers: { nas: { kind: ksmbd, shares: [iso] } }
clients: { pc: { kind: cifs, mount: { rdma: true } } }
`;
    const { spec } = readTopology("both.yaml", both, { knownSamba: ["4.25"] });
    const found = checkScenario(readScenario("both.yaml", text), spec);
    expect(found.map(({ code, position }) => [code, position?.line])).toEqual([
      ["scenario/no-smb-direct", 5],
      ["scenario/unknown-share", 6],
      ["scenario/unknown-network", 7],
    ]);
  });

  it("has its steps compiled with their verbs, places and triggers", () => {
    const { scenario } = loadScenario("redmond-failover", "/");
    const [copy, until, expectation] = scenario.steps;
    expect(copy).toMatchObject({ id: "steps.0", args: { id: "dvd", size: 4.7e9 } });
    expect(copy?.during).toMatchObject([
      { id: "steps.0.during.0", args: "serving(dvd)", when: { at: { copy: "dvd", progress: 0.4 }, afterMs: 0 } },
    ]);
    expect([copy?.verb, copy?.during[0]?.verb, until?.verb, expectation?.verb]).toEqual([
      verbs.copy,
      verbs.disable,
      verbs.until,
      verbs.expect,
    ]);
    expect(scenario.always.map(({ id }) => id)).toEqual(["always.0"]);
  });

  it("that is not shipped is told with the nearest that is", () => {
    expect(() => loadScenario("redmond-failovr", "/")).toThrow(UserError);
    try {
      loadScenario("redmond-failovr", "/");
    } catch (error) {
      expect((error as UserError).diagnostics).toMatchObject([
        { code: "scenario/not-found", hint: 'did you mean "redmond-failover"?' },
      ]);
    }
  });

  it("that cannot be read is told with its path", () => {
    expect(() => loadScenario("./nowhere.yaml", "/")).toThrow("./nowhere.yaml cannot be read (ENOENT)");
  });

  it("has all its complaints told at once, in the order of the file", () => {
    const text = [
      "name: broken\ntopology: redmond\nsteps:\n",
      "  - copy: { id: dvd, from: nobody, to: dvd/dvd.iso, size: 1GB }\n",
      "    during:\n      - at: { copy: dvd, bytes: 2GB }\n        disable: node7\n",
      "  - expect: { copy: cd, failovers: 1 }\n",
    ].join("");
    expect(complaints(text).map(({ code }) => code)).toEqual([
      "scenario/unknown-client",
      "scenario/beyond-the-copy",
      "scenario/unknown-node",
      "scenario/unknown-copy",
    ]);
  });
});
