import { describe, expect, it } from "vitest";
import type { Filling } from "./fill-blanks.js";
import { parseYaml } from "./source.js";

/** A file whose `parts` are named as they stand there. */
function filled(text: string, names: Readonly<Record<string, Filling>> = {}) {
  const fill = (name: string): Filling | undefined => names[name] ?? { at: ["parts", ...name.split(".")] };
  return parseYaml("mine.yaml", text, { parts: "parts", fill });
}

const parts = "parts:\n  one: { do: this, at: 3 }\n  many: [a, b]\n  word: blue\n";

describe("a blank", () => {
  it("that is a whole value becomes the part, and the parts are gone", () => {
    expect(filled(`${parts}step: \${one}\nlist: \${many}\n`).value).toEqual({
      step: { do: "this", at: 3 },
      list: ["a", "b"],
    });
  });

  it("that is an item of a list stands for all items of a list", () => {
    expect(filled(`${parts}steps:\n  - first\n  - \${many}\n  - \${one}\n`).value).toEqual({
      steps: ["first", "a", "b", { do: "this", at: 3 }],
    });
  });

  it("after << adds fields, and those beside it win", () => {
    expect(filled(`${parts}step:\n  <<: \${one}\n  at: 5\n`).value).toEqual({ step: { do: "this", at: 5 } });
  });

  it("within a text is text", () => {
    expect(filled(`${parts}say: "a \${name} sky"\n`, { name: { text: "blue" } }).value).toEqual({ say: "a blue sky" });
  });

  it("may stand in a part", () => {
    const text = `parts:\n  one: { do: "\${two}", is: "x\${name}" }\n  two: deep\nstep: \${one}\n`;
    expect(filled(text, { name: { text: "y" } }).value).toEqual({ step: { do: "deep", is: "xy" } });
  });

  it("may come from behind an alias", () => {
    expect(filled('parts:\n  one: &a { do: "${two}" }\n  two: deep\nstep: *a\n').value).toEqual({
      step: { do: "deep" },
    });
  });

  it("whose name is somebody else's stays as it is", () => {
    const fill = () => undefined;
    const text = "parts: {}\nstep: ${node1.public}\nsay: to ${node1}\n";
    expect(parseYaml("mine.yaml", text, { parts: "parts", fill }).value).toEqual({
      step: "${node1.public}",
      say: "to ${node1}",
    });
  });
});

describe("a part", () => {
  it("keeps the position and the text it was written with", () => {
    const source = filled('parts:\n  one:\n    do: 010.0\nfirst: "${one.do}"\nsteps:\n  - ${one}\n');
    expect(source.positionOf(["steps", 0, "do"])).toMatchObject({ line: 3, column: 9 });
    expect(source.textOf(["steps", 0, "do"])).toBe("010.0");
    expect(source.positionOf(["steps"])).toMatchObject({ line: 5, column: 1 });
  });

  it("is put in each place by itself: filling one does not fill the other", () => {
    expect(filled(`${parts}a:\n  <<: \${one}\n  at: 1\nb: \${one}\n`).value).toEqual({
      a: { do: "this", at: 1 },
      b: { do: "this", at: 3 },
    });
  });
});

describe("refused at the blank's place is", () => {
  const refused = (text: string, names?: Readonly<Record<string, Filling>>) => {
    const { value, diagnostics } = filled(text, names);
    expect(value).toBeUndefined();
    return diagnostics.map(({ code, position }) => [code, position?.line, position?.column]);
  };

  it("what the namer calls wrong", () => {
    const wrong = { code: "mine/unknown", message: "no such part" };
    expect(refused("parts: {}\nstep: ${x}\n", { x: { wrong } })).toEqual([["mine/unknown", 2, 7]]);
    expect(refused('parts: {}\nstep: "a ${x}"\n', { x: { wrong } })).toEqual([["mine/unknown", 2, 7]]);
  });

  it("a part that holds itself", () => {
    expect(refused('parts:\n  one: { do: "${one}" }\nstep: ${one}\n')).toEqual([["yaml/endless-blank", 2, 14]]);
  });

  it("fields within a text", () => {
    expect(refused(`${parts}say: "a \${one}"\n`)).toEqual([["yaml/blank-no-text", 5, 6]]);
  });

  it("a list among fields", () => {
    expect(refused(`${parts}step:\n  <<: \${many}\n`)).toEqual([["yaml/blank-no-fields", 6, 7]]);
  });
});
