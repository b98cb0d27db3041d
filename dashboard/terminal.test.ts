import { describe, expect, it } from "vitest";
import { screenOn } from "./screen.js";
import { withTerminal } from "./terminal.js";

/** A terminal that keeps what is written to it. */
function terminal(rows = 10) {
  const written: string[] = [];
  const out = { rows, columns: 20, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  return { out, written };
}
const ENTER = "\u001B[?1049h";
const LEAVE = "\u001B[?1049l";

describe("the terminal", () => {
  const atExit = () => {
    const works = new Set<() => void>();
    return { works, register: (work: () => void) => (works.add(work), () => works.delete(work)) };
  };

  it("is given back when the work ends, when it throws, and when the process ends under it", async () => {
    for (const fails of [false, true]) {
      const { out, written } = terminal();
      const exit = atExit();
      const work = () => (fails ? Promise.reject(new Error("broken")) : Promise.resolve());
      await withTerminal(out, exit.register, work).catch(() => undefined);
      expect(written[0]).toContain(ENTER);
      expect(written.at(-1)).toContain(LEAVE);
      expect(exit.works.size).toBe(0);
    }
    const { out, written } = terminal();
    const exit = atExit();
    void withTerminal(out, exit.register, () => new Promise(() => undefined));
    for (const work of exit.works) work();
    expect(written.at(-1)).toContain(LEAVE);
  });

  it("is given away and taken again for a shell in between, once each", async () => {
    const { out, written } = terminal();
    await withTerminal(out, atExit().register, (screen) => {
      screen.leave();
      screen.leave();
      screen.enter();
      return Promise.resolve();
    });
    expect(written.map((text) => (text.includes(ENTER) ? "in" : "out"))).toEqual(["in", "out", "in", "out"]);
  });
});

describe("frames on a terminal", () => {
  it("are written by the lines that changed, at their places, without clearing the screen", () => {
    const { out, written } = terminal();
    const { stream } = screenOn(out);
    stream.write("one\ntwo\nthree");
    stream.write("one\nTWO\nthree");
    expect(written[1]).toBe("\u001B[?2026h\u001B[2;1HTWO\u001B[0m\u001B[K\u001B[?2026l");
    stream.write("one\nTWO\nthree");
    expect(written).toHaveLength(2);
    for (const clear of ["\u001B[J", "\u001B[2J", "\u001B[3J"]) expect(written.join("")).not.toContain(clear);
  });

  it("leave nothing behind when they get shorter, and never go below the terminal's end", () => {
    const { out, written } = terminal(2);
    const screen = screenOn(out);
    const { stream } = screen;
    stream.write("one\ntwo\nthree");
    expect(written[0]).not.toContain("three");
    stream.write("one");
    expect(written[1]).toContain("\u001B[2;1H\u001B[J");
    screen.forget();
    stream.write("one");
    expect(written[2]).toContain("one");
  });
});
