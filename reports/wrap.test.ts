import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wrap } from "./wrap.js";

describe("a wrapped line", () => {
  it("is left as it is where it fits", () => {
    expect(wrap("pass      dvd: grade: G4", 80, 10)).toBe("pass      dvd: grade: G4");
    expect(wrap("x".repeat(20), 20, 4)).toBe("x".repeat(20));
  });

  it("breaks between words, and goes on below the words of the first line", () => {
    expect(wrap("pass      one two three four", 20, 10)).toBe(["pass      one two", "          three four"].join("\n"));
  });

  it("breaks a word that is wider than the terminal", () => {
    expect(wrap(`sha256    ${"0123456789".repeat(2)} ok`, 20, 10)).toBe(
      ["sha256    0123456789", "          0123456789", "          ok"].join("\n"),
    );
  });

  it("never is wider than it may be, and loses no letter", () => {
    const words = fc.array(fc.stringMatching(/^[a-z0-9]{1,90}$/), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 120 }), (all, columns) => {
        const made = wrap(`pass      ${all.join(" ")}`, columns, 10);
        expect(Math.max(...made.split("\n").map((line) => line.length))).toBeLessThanOrEqual(columns);
        expect(made.replace(/\s+/g, "")).toBe(`pass${all.join("")}`);
      }),
    );
  });
});
