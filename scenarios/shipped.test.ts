import { describe, expect, it } from "vitest";
import { UserError } from "../core/errors.js";
import { shippedScenarios } from "./load.js";
import { shippedWithHeads } from "./shipped.js";

describe("what is shipped", () => {
  it("says what it shows, and has tags to be chosen by", () => {
    const all = shippedWithHeads();
    expect(all.map(({ name }) => name).sort()).toEqual(shippedScenarios().sort());
    for (const { name, description, tags } of all) {
      expect(description, name).not.toBe("");
      expect(tags, name).not.toEqual([]);
    }
  });

  it("is chosen by tag", () => {
    expect(shippedWithHeads("demo").map(({ name }) => name)).toEqual(["redmond-failover"]);
  });

  it("has no scenario with a misspelt tag, and says which was meant", () => {
    const wrong = () => shippedWithHeads("failovr");
    expect(wrong).toThrow(UserError);
    try {
      wrong();
    } catch (error) {
      expect((error as UserError).diagnostics).toMatchObject([{ hint: 'did you mean "failover"?' }]);
    }
  });
});
