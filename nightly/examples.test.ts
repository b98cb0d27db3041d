import { execaSync } from "execa";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { asset } from "../core/paths.js";
import { parseYaml } from "../core/source.js";
import { sambaVersions } from "../images/catalogue.js";
import { cellsOf } from "./cells.js";
import { expectationsOf, loadNightly } from "./load.js";

const text = readFileSync(asset("docs", "nightly.md"), "utf8");
const blocks = (language: string) =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))].map(([, block = ""]) => block);
const scripts = (JSON.parse(readFileSync(asset("package.json"), "utf8")) as { scripts: Record<string, string> })
  .scripts;

const hasSystemd = execaSync("sh", ["-c", "command -v systemd-analyze"], { reject: false }).exitCode === 0;
if (!hasSystemd) console.warn("skipped: systemd-analyze is not installed");

describe("the examples of docs/nightly.md", { timeout: 30_000 }, () => {
  it.skipIf(!hasSystemd)("systemd takes the units", () => {
    const folder = mkdtempSync(join(tmpdir(), "plugfest-units-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const names = blocks("ini").map((block) => {
      const name = /^# (\S+)/.exec(block)?.[1] ?? "";
      // What is installed on the user's machine is not on this one.
      const here = block.replace("/opt/plugfest/bin/plugfest", "/bin/true").replace("/srv/plugfest", "/tmp");
      writeFileSync(join(folder, name), here);
      return join(folder, name);
    });
    expect(names.map((name) => name.split(".").at(-1))).toEqual(["service", "timer"]);
    const { exitCode, stderr } = execaSync("systemd-analyze", ["verify", "--man=no", ...names], { reject: false });
    expect(stderr.split("\n").filter((line) => line.includes("plugfest-nightly"))).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it("the nightly and its expectations are valid, and fit each other", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plugfest-nightly-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const written = (begin: string) => blocks("yaml").find((block) => block.includes(begin)) ?? "";
    const copy = "copy: { id: io, from: laptop, to: dvd/io.bin, size: 64MiB, rate: 16MiB }";
    const files = {
      "nightly.yaml": written("name: failover\nscenarios:"),
      "expectations.yaml": written("# expectations.yaml"),
      "candidate.yaml": 'name: candidate\nversion: "4.25"\ndebs: ./packages\n',
      "kill-smbd.yaml": `name: kill-smbd\ntopology: redmond\nsteps:\n  - ${copy}\n    during:
      - { at: { copy: io, progress: 40% }, kill: { process: smbd, of: io } }\n  - expect: { copy: io, content: identical }\n`,
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const nightly = loadNightly("nightly.yaml", folder);
    const cells = (await cellsOf(nightly, { knownSamba: sambaVersions, kernel: { netem: true } })).map(
      ({ cell }) => cell,
    );
    expect(cells).toContain("redmond-failover_redmond_4.25_persistent");
    expect(cells).not.toContain("redmond-failover_redmond_4.22_persistent");
    expect(expectationsOf(nightly, cells)).toHaveLength(1);
  });

  it("CI runs what there is, and keeps what a night leaves", () => {
    const ci = blocks("yaml").filter((block) => /npm ci/.test(block));
    expect(ci).toHaveLength(2);
    for (const block of ci) {
      expect(parseYaml("ci.yaml", block).diagnostics).toEqual([]);
      const asked = [...block.matchAll(/npm run (\w+)/g)].map(([, name = ""]) => name);
      expect(asked.filter((name) => !(name in scripts))).toEqual([]);
      expect(block).toContain("runs/failover/history.jsonl");
      expect(block).toContain("bin/plugfest nightly nightly.yaml");
      // A night that found something fails its job: it is the one that must not be forgotten.
      expect(block).toMatch(/cache\/save@v\d+\n +if: always\(\)|cache: \{[^}]*when: always/);
      expect(block).toContain("/session-keys.jsonl");
    }
  });
});
