import { describe, expect, it } from "vitest";
import { bindings, commandOf, keyNames } from "./keys.js";
import type { Mode } from "./mode.js";

describe("keys", () => {
  it("mean one thing each, in every mode", () => {
    for (const mode of ["watch", "steer", "replay"] satisfies Mode[]) {
      const keys = bindings.filter(({ modes }) => modes.includes(mode)).flatMap((binding) => binding.keys);
      expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
    }
  });

  it("act on nodes only where a lab is steered", () => {
    expect(commandOf("d", "steer", "nothing")).toEqual({ do: "act", action: "disable" });
    expect(commandOf("d", "watch", "nothing")).toBeUndefined();
    expect(commandOf("d", "replay", "nothing")).toBeUndefined();
  });

  it("answer a question only by y or Enter, and take any other key as a no", () => {
    expect(commandOf("y", "steer", "confirm")).toEqual({ do: "yes" });
    expect(commandOf("enter", "steer", "confirm")).toEqual({ do: "yes" });
    for (const key of ["n", "q", "d", "esc"]) expect(commandOf(key, "steer", "confirm")).toEqual({ do: "close" });
  });

  it("choose from a list, close the help, and interrupt from everywhere", () => {
    expect(commandOf("down", "steer", "choose")).toEqual({ do: "select", by: 1 });
    expect(commandOf("enter", "steer", "choose")).toEqual({ do: "choose" });
    expect(commandOf("x", "steer", "help")).toEqual({ do: "close" });
    for (const overlay of ["nothing", "help", "confirm", "choose"] as const)
      expect(commandOf("ctrl-c", "watch", overlay)).toEqual({ do: "interrupt" });
  });

  it("have the names that the table has", () => {
    expect(keyNames("", { upArrow: true })).toEqual(["up"]);
    expect(keyNames("c", { ctrl: true })).toEqual(["ctrl-c"]);
    expect(keyNames(" ", {})).toEqual(["space"]);
    expect(keyNames("F", {})).toEqual(["F"]);
  });

  it("are several where they were typed ahead, and none where text was pasted", () => {
    expect(keyNames("2d", {})).toEqual(["2", "d"]);
    expect(keyNames("disable node2", {})).toEqual([]);
  });
});
