import { renderToString } from "ink";
import { describe, expect, it } from "vitest";
import { pictureAt } from "../recorded.fixture.js";
import { Spoken } from "./spoken.js";

const spokenAt = (ms: number) => renderToString(<Spoken picture={pictureAt(ms, 80, 24)} />, { columns: 200 });

describe("what a screen reader is given", () => {
  it("is each event in words, and how things stand in sentences", () => {
    const text = spokenAt(16_000);
    expect(text).toContain("dvd: lost 10.24.2.101");
    expect(text).toContain("node3 is Disabled, holds no address.");
    expect(text).toMatch(/node1 is OK, holds 10\.24\.2\.101 and 10\.24\.2\.103\./);
    expect(text).toMatch(/copy dvd: \d\d percent, [\d.]+ MB per second\./);
    expect(spokenAt(60_000)).toContain("The verdict is pass.");
  });

  it("is no picture: neither dots nor lines", () => {
    expect(spokenAt(16_000)).not.toMatch(/[─━▒█⠁-⣿]/);
  });
});
