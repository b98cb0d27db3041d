import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asset } from "../../core/paths.js";
import { readEvents } from "../../core/event-log.js";
import { engineOrSkip } from "../support/engine.js";
import { folder, plugfest } from "../support/plugfest.js";
import { startPlugfest } from "../support/started.js";
import { hasTmux, TestTerminal } from "../support/terminal.js";

const LAB = "e2e-dashboard";
const lab = `name: ${LAB}
networks:
  private: { subnet: 10.24.51.0/24 }
  public: { subnet: 10.24.52.0/24 }
cluster:
  nodes: 2
  samba: "4.25"
  shares: { dvd: { path: /cluster/dvd } }
  smbConf: { dvd: { "smb3 ca so:max lease mask": RWH } }
clients:
  laptop: { kind: smb3 }
`;
const slow = `name: slow
topology: ./lab.yaml
steps:
  - copy: { id: slow, from: laptop, to: dvd/slow.bin, size: 64MiB, rate: 2MiB }
  - expect: { copy: slow, content: identical }
`;

const tmux = hasTmux();
const usable = tmux && (await engineOrSkip()) !== undefined;
const program = [process.execPath, asset("bin", "plugfest")];

describe.skipIf(!tmux)("the terminal", () => {
  const run = folder({ "events.jsonl": readFileSync(asset("dashboard", "real-run.fixture.jsonl"), "utf8") });
  afterAll(() => {
    run[Symbol.dispose]();
  });

  it.each(["Ctrl-C", "SIGTERM"])("is given back at %s, and the exit code says that it was one", async (how) => {
    const command = [...program, "dashboard", run.path, "--speed", "8"];
    await using terminal = await TestTerminal.open(command, { cwd: run.path, columns: 80, rows: 24 });
    await terminal.until(/── cluster/);
    if (how === "Ctrl-C") await terminal.press("C-c");
    else process.kill(await terminal.pid(), how);
    const end = await terminal.until(/ended with 130/);
    expect(end).toContain("before");
    expect(end).not.toContain("── cluster");
  });
});

describe.skipIf(!usable)("the dashboard in a terminal", () => {
  const place = folder({ "lab.yaml": lab, "slow.yaml": slow });
  const open = (args: readonly string[], columns: number, rows: number, env: Record<string, string> = {}) =>
    TestTerminal.open([...program, ...args], { cwd: place.path, columns, rows, env });

  beforeAll(async () => {
    expect(await plugfest(["up", "./lab.yaml"], { cwd: place.path })).toMatchObject({ exit: 0 });
  });
  afterAll(async () => {
    await plugfest(["down", LAB]);
    place[Symbol.dispose]();
  });

  it("disables by a key the node that serves a copy: the address moves, the copy passes, and what was saved does so again", async () => {
    await using terminal = await open(["dashboard", LAB], 110, 40);
    await terminal.until(/node1 ✓ OK[^]*node2 ✓ OK/);
    await terminal.press("c");
    await terminal.until(/64 MiB at 4 MiB\/s/);
    await terminal.press("Enter");
    const serving = await terminal.until(/node(\d) .*◂━ hand1/);
    const [, node = ""] = /node(\d) .*◂━ hand1/.exec(serving) ?? [];
    const other = node === "1" ? "2" : "1";
    await terminal.press(node, "d");
    const question = await terminal.until(/y or Enter does it/);
    expect(question).toContain(`disable node${node}?`);
    expect(question).toContain(`to node${other}`);
    expect(question).toMatch(/laptop is hit: it copies hand1/);
    await terminal.press("y");
    await terminal.until(new RegExp(`node${other} .*← node${node}.*◂━ hand1`));
    expect(await terminal.screen()).toMatch(new RegExp(`node${node} ✗ Disabled`));
    await terminal.until(/check hand1: content: pass/, 90_000);
    await terminal.until(new RegExp(`node${node} ✓ OK`));
    await terminal.press("d");
    await terminal.until(/y or Enter does it/);
    await terminal.press("y");
    await terminal.until(new RegExp(`node${node} ✗ Disabled`));
    await terminal.press("o");
    await terminal.until(new RegExp(`node${node} ✓ OK`));
    await terminal.press("s");
    await terminal.until(/saved as by-hand-/);
    await terminal.press("Escape");
    // A shell on the node, and back.
    await terminal.press("!");
    await terminal.until(/shell on node\d[^]*[#$]\s*$/m);
    await terminal.press("echo in $((40 + 2))", "Enter");
    await terminal.until(/^in 42/m);
    await terminal.press("exit", "Enter");
    await terminal.until(/── cluster/);
    await terminal.press("l");
    await terminal.until(/log of node\d[^]*ctdbd/);
    await terminal.press("q");
    await terminal.press("q");
    const end = await terminal.until(/ended with 0/);
    expect(end).toContain("before");
    expect(end).toContain("verdict   PASS");
    const [saved = ""] = readdirSync(place.path).filter((name) => name.startsWith("by-hand-"));
    const text = readFileSync(join(place.path, saved), "utf8");
    expect(text).toContain("disable: serving(hand1)");
    expect(text).toMatch(/ {2}- disable: \S+\n {2}- heal: \S+\n/);
    expect(text).toContain("failovers: 1");
    await using again = await open(["run", `./${saved}`, "--dashboard"], 110, 40);
    await again.until(/^by-hand on e2e-dashboard {2}PASS .*over; q leaves/m, 120_000);
    await again.press("q");
    expect(await again.until(/ended with 0/)).toContain("verdict   PASS");
    const events = readEvents(join(place.path, "runs", "by-hand", "latest", "events.jsonl"));
    expect(events.some((event) => event.type === "check.finished" && event.check === "hand1: failovers")).toBe(true);
  });

  it("watches a run of another process, says when that was killed, and gives the terminal back", async () => {
    const run = startPlugfest(["run", "./slow.yaml"], place.path);
    await run.until(({ type }) => type === "copy.progress");
    await using terminal = await open(["dashboard", "runs/slow/latest"], 80, 24, { NO_COLOR: "1" });
    await terminal.until(/slow on e2e-dashboard .* live, .* behind/);
    await terminal.until(/node\d ✓ OK .*◂━ slow/);
    // Colours of text and of the ground are 30 to 49 and 90 to 107; NO_COLOR leaves bold, dim and inverse.
    // eslint-disable-next-line no-control-regex
    expect(await terminal.coloured()).not.toMatch(/\u001B\[(?:\d+;)*(?:3|4|9|10)[0-8][;m]/);
    await terminal.resize(120, 40);
    await terminal.until(/── cluster ─+ {2}── copy slow/);
    run.kill("SIGKILL");
    await terminal.until(/was killed or crashed/);
    await terminal.press("q");
    expect(await terminal.until(/ended with 0/)).toContain("before");
    await run.ended;
  });
});
