import { execaSync } from "execa";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { asset } from "../core/paths.js";
import { parseYaml } from "../core/source.js";

const text = readFileSync(asset("docs", "nightly.md"), "utf8");
const blocks = (language: string) =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))].map(([, block = ""]) => block);
const scripts = (JSON.parse(readFileSync(asset("package.json"), "utf8")) as { scripts: Record<string, string> })
  .scripts;

const has = (program: string) => execaSync("sh", ["-c", `command -v ${program}`], { reject: false }).exitCode === 0;

describe("the examples of docs/nightly.md", () => {
  it.skipIf(!has("systemd-analyze"))("systemd takes the units", () => {
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
