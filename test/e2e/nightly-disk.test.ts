import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execaSync } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readHistory } from "../../nightly/history/read.js";
import { folder, plugfest } from "../support/plugfest.js";
import { labText } from "../support/small-lab.js";
import { startPlugfest } from "../support/started.js";

const lab = "e2e-night-disk";

/** A disk of its own takes root, and a kernel that lets root mount. */
const mounts = process.getuid?.() === 0 && execaSync("unshare", ["-m", "true"], { reject: false }).exitCode === 0;
if (!mounts) console.warn("skipped: this user may not mount a small disk");

describe.skipIf(!mounts)("a night whose disk gets full", () => {
  let place: ReturnType<typeof folder>;
  const runs = () => join(place.path, "runs");
  const filler = () => join(runs(), "filler");
  const history = () => join(runs(), "small", "history.jsonl");

  /** Takes what is free of the disk, to the last byte. */
  const fill = () => {
    for (const size of [1024 * 1024, 4096, 64]) {
      try {
        for (;;) appendFileSync(filler(), Buffer.alloc(size, 1));
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toBe("ENOSPC");
      }
    }
  };

  beforeAll(() => {
    place = folder({
      "lab.yaml": labText({ name: lab, net: 57, cluster: "  profile: persistent" }),
      "disable.yaml": `name: disable
topology: ./lab.yaml
steps:
  - copy: { id: io, from: laptop, to: dvd/io.bin, size: 24MiB, rate: 16MiB }
    during:
      - { at: { copy: io, progress: 40% }, disable: serving(io) }
  - enable: all
  - until: { cluster: healthy, within: 60s }
  - expect: { copy: io, content: identical }
`,
      "nightly.yaml": `name: small
scenarios: [./disable.yaml]
repeats: 2
budget: { disk: 1kB }
notify: [{ command: [sh, -c, "cat > told.txt"], when: trouble }]
`,
    });
    mkdirSync(runs());
    execaSync("mount", ["-t", "tmpfs", "-o", "size=96m", "plugfest-e2e", runs()]);
  });
  afterAll(async () => {
    await plugfest(["down", lab]);
    execaSync("umount", [runs()]);
    place[Symbol.dispose]();
  });

  it("stops and says so, leaves no lab, tells who wants to know, and goes on when there is room again", async () => {
    const args = ["nightly", "./nightly.yaml", "--runs", runs()];
    const first = startPlugfest(args, place.path);
    await first.until(({ type }) => (type as string) === "run");
    fill();
    const ended = await first.ended;
    expect(ended, ended.stdout + ended.stderr).toMatchObject({ exit: 2 });
    expect(ended.stderr).toMatch(/no space left on device|ENOSPC/i);
    expect(ended.stderr).toContain("free some space");
    expect(readFileSync(join(place.path, "told.txt"), "utf8")).toMatch(
      /UNKNOWN, for it broke off\n\n.*cannot be written/,
    );
    expect((await plugfest(["ls"])).stdout).not.toContain(lab);
    const kept = readFileSync(history(), "utf8");
    expect(readHistory(history())).toMatchObject({ damaged: [], nights: [{ runs: { length: 1 } }] });

    rmSync(filler());
    const second = await plugfest(args, { cwd: place.path });
    expect(second, second.stdout + second.stderr).toMatchObject({ exit: 0 });
    expect(readFileSync(history(), "utf8").startsWith(kept)).toBe(true);
    // A last line may have found room behind the one before: then the night is over, and another one follows.
    const { damaged, nights } = readHistory(history());
    expect(damaged).toEqual([]);
    expect(nights.at(-1)?.runs.map(({ repeat }) => repeat)).toEqual([1, 2]);
    expect(existsSync(join(runs(), "small", "latest", "nightly.html"))).toBe(true);
  });
});
