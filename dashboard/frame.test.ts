import { describe, expect, it } from "vitest";
import { frameOf } from "./frame.js";
import { bindings } from "./keys.js";
import { plainUi } from "./picture.js";
import type { Overlay, Picture } from "./picture.js";
import { pictureAt, recorded } from "./recorded.fixture.js";
import { themes } from "./theme.js";

/** Moments of the recorded run, in milliseconds since it began. */
const since = (type: string) => recorded.find((event) => event.type === type)!.atMs - recorded[0]!.atMs;
const moments = { stalled: since("copy.lost") + 10, moved: since("phases"), over: since("run.finished") };

const golden = (name: string, frame: string) => expect(`${frame}\n`).toMatchFileSnapshot(`frames/${name}.txt`);

describe("frames of a recorded run", () => {
  for (const [columns, rows] of [
    [80, 24],
    [160, 48],
  ] as const) {
    for (const [name, ms] of Object.entries(moments)) {
      it(`are as they were at ${String(columns)}×${String(rows)}, ${name}`, async () => {
        await golden(`${name}-${String(columns)}x${String(rows)}`, frameOf(pictureAt(ms, columns, rows)));
      });
    }
  }

  it("are as they were with the keys, and with a question", async () => {
    const ui = (overlay: Overlay): Partial<Picture> => ({ mode: "steer", ui: { ...plainUi, overlay } });
    await golden("help-80x24", frameOf(pictureAt(moments.moved, 80, 24, ui({ is: "help" }))));
    const help = frameOf(pictureAt(moments.moved, 80, 24, ui({ is: "help" })));
    for (const binding of bindings.filter(({ modes }) => modes.includes("steer"))) expect(help).toContain(binding.help);
    const consequences = ["10.24.2.101 moves to another node", "laptop (dvd) loses its connection and reconnects"];
    const question: Overlay = { is: "confirm", title: "disable node1", consequences };
    await golden("confirm-80x24", frameOf(pictureAt(moments.moved, 80, 24, ui(question))));
  });

  it("are at every size below the terminal's height and not wider than it", () => {
    const within = (columns: number, rows: number, ms: number, overlay: Overlay = plainUi.overlay) => {
      const lines = frameOf(pictureAt(ms, columns, rows, { ui: { ...plainUi, overlay } })).split("\n");
      expect(lines.length).toBeLessThan(rows);
      // All signs that are used are one UTF-16 unit, and one column.
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    };
    const sizes: [number, number][] = [
      [40, 12],
      [80, 24],
      [119, 30],
      [120, 24],
      [240, 70],
    ];
    for (const [columns, rows] of sizes) within(columns, rows, moments.over);
    within(40, 12, moments.stalled);
    within(40, 12, 0);
    within(40, 12, 0, { is: "help" });
  });

  it("tell without colours what they tell with them", () => {
    const at = (theme: Picture["theme"]) => frameOf(pictureAt(moments.stalled, 120, 40, { theme }));
    expect(at(themes.mono)).toBe(at(themes.dark));
    expect(at(themes.mono)).toMatch(/stalled/);
    expect(at(themes.mono)).toContain("━╳━▸");
  });

  it("say of each node whether it leads, its load and its connections, in short where there is little room", () => {
    const { state, nowMs } = pictureAt(moments.moved, 80, 24);
    const vitals = new Map([
      ["node1", { atMs: nowMs, leader: true, cpuPercent: 22, connections: 1 }],
      ["node2", { atMs: nowMs - 60_000, leader: false, cpuPercent: 3, connections: 0 }],
    ]);
    const at = (columns: number) => frameOf(pictureAt(moments.moved, columns, 24, { state: { ...state, vitals } }));
    expect(at(80)).toMatch(/node1 ✓ OK +L +22 % 1⇄ +10\.24/);
    expect(at(110)).toMatch(/node1 ✓ OK +leader cpu 22 % +smb 1 +10\.24/);
    // What a node said a minute ago is not what it says now.
    expect(at(110)).toMatch(/node2 ✓ OK +says nothing +10\.24/);
  });

  it("say how late they are, and that nobody writes events any more", () => {
    const late = frameOf(pictureAt(9000, 80, 24, { feed: { is: "live", lagMs: 2400, ended: undefined } }));
    expect(late.split("\n")[0]).toContain("live, 2.40 s behind");
    const ended = frameOf(pictureAt(9000, 80, 24, { feed: { is: "live", lagMs: 0, ended: "process 7 was killed" } }));
    expect(ended.split("\n")[0]).toContain("process 7 was killed");
  });
});
