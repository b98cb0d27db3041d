import { describe, expect, it } from "vitest";
import { folder, plugfest } from "../support/plugfest.js";

const topology = (change: (text: string) => string) =>
  change(`name: lab
networks:
  private: { subnet: 10.77.1.0/24 }
  public: { subnet: 10.77.2.0/24 }
cluster:
  nodes: 2
  samba: "4.25"
  profile: persistent
  publicAddresses: { network: public, count: 2 }
  shares: { dvd: { path: /cluster/dvd } }
clients:
  laptop: { kind: smb3 }
`);

const scenario = (steps: string) => `name: mine
topology: ./lab.yaml
steps:
${steps}
`;

async function validate(files: Record<string, string>, name = Object.keys(files).at(-1) ?? "") {
  using place = folder(files);
  return await plugfest(["validate", name.includes("/") ? name : `./${name}`], { cwd: place.path });
}

describe("plugfest validate", () => {
  it("accepts the shipped topologies and scenarios", async () => {
    const ran = await plugfest(["validate", "redmond", "redmond-durable", "minimal", "redmond-failover"]);
    expect(ran).toMatchObject({ exit: 0, stderr: "" });
  });

  it.each([
    [
      "an unknown key",
      (text: string) => text.replace("profile:", "profil:"),
      "8:3",
      "profil",
      'did you mean "profile"?',
    ],
    ["a wrong type", (text: string) => text.replace("nodes: 2", "nodes: two"), "6:10", "number", ""],
    ["an unquoted version", (text: string) => text.replace('"4.25"', "4.20"), "7:10", "4.2", "quote it"],
    ["overlapping subnets", (text: string) => text.replace("10.77.2.0/24", "10.77.1.128/25"), "4:", "overlap", ""],
    [
      "more addresses than fit",
      (text: string) => text.replace("10.77.2.0/24", "10.77.2.0/29").replace("count: 2", "count: 9"),
      "9:",
      "",
      "",
    ],
    ["an unknown Samba version", (text: string) => text.replace('"4.25"', '"4.26"'), "7:10", "4.26", ""],
    ["persistent handles with Samba 4.24", (text: string) => text.replace('"4.25"', '"4.24"'), "8:", "4.25", ""],
  ])("says what and where for %s, and exits with 3", async (_what, change, place, message, hint) => {
    const ran = await validate({ "lab.yaml": topology(change) });
    expect(ran.exit).toBe(3);
    expect(ran.stderr).toContain(`lab.yaml:${place}`);
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).toContain(hint);
    expect(ran.stderr).toContain("hint:");
  });

  it("says that an empty file is empty", async () => {
    const ran = await validate({ "lab.yaml": "" });
    expect(ran.exit).toBe(3);
    expect(ran.stderr).toContain("lab.yaml:1:1 error: the file is empty");
  });

  it("finds an unknown node in a step, at the step", async () => {
    const ran = await validate({ "lab.yaml": topology((text) => text), "mine.yaml": scenario("  - disable: node7") });
    expect(ran.exit).toBe(3);
    expect(ran.stderr).toContain("mine.yaml:4:14");
    expect(ran.stderr).toContain('no node "node7" in topology "lab"');
    expect(ran.stderr).toContain("did you mean");
  });

  it("says every mistake at once", async () => {
    const text = topology((good) => good.replace("profile:", "profil:").replace("nodes: 2", "nodes: two"));
    const ran = await validate({ "lab.yaml": text });
    expect(ran.stderr).toContain("lab.yaml:6:");
    expect(ran.stderr).toContain("lab.yaml:8:");
  });

  it.each([
    ["a step without a verb", "  - {}", "needs a verb"],
    ["a step with two verbs", "  - { disable: node1, enable: node1 }", "one verb"],
    ["a block without a copy", "  - { disable: node1, during: [] }", "during"],
    ["a copy nobody started", "  - expect: { copy: dvd, content: identical }", 'no copy "dvd"'],
    [
      "an expectation of nothing",
      "  - copy: { id: a, from: laptop, to: dvd/a, size: 1MB }\n  - expect: { copy: a }",
      "expects nothing",
    ],
    ["a share that does not exist", "  - copy: { id: a, from: laptop, to: cd/a, size: 1MB }", 'no share "cd"'],
    [
      "a moment beyond the copy",
      "  - copy: { id: a, from: laptop, to: dvd/a, size: 1MB }\n    during:\n      - { at: { copy: a, bytes: 2MB }, disable: node1 }",
      "never comes",
    ],
    [
      "a moment of another copy",
      "  - copy: { id: a, from: laptop, to: dvd/a, size: 1MB }\n    during:\n      - { at: { copy: b, progress: 50% }, disable: node1 }",
      "own copy",
    ],
  ])("refuses %s in a scenario", async (_what, steps, message) => {
    const ran = await validate({ "lab.yaml": topology((text) => text), "mine.yaml": scenario(steps) });
    expect(ran.exit).toBe(3);
    expect(ran.stderr).toContain("mine.yaml:");
    expect(ran.stderr).toContain(message);
  });

  it("prints diagnostics as data with --json", async () => {
    using place = folder({ "lab.yaml": topology((text) => text.replace("profile:", "profil:")) });
    const ran = await plugfest(["validate", "./lab.yaml", "--json"], { cwd: place.path });
    const said = JSON.parse(ran.stdout) as { diagnostics: { code: string; position: { line: number } }[] };
    expect(said.diagnostics[0]).toMatchObject({ code: "topology/unknown-field", position: { line: 8 } });
  });
});
