import { describe, expect, test } from "vitest";
import { parseYaml } from "./source.js";
import type { Path } from "./source.js";

function complaints(text: string): string[] {
  return parseYaml("f.yaml", text).diagnostics.map(({ code, message, position }) => {
    const { line = 0, column = 0, endColumn = 0 } = position ?? {};
    return `${String(line)}:${String(column)}-${String(endColumn)} ${code}: ${message}`;
  });
}

describe("what YAML takes in silence and people do not mean", () => {
  test.each([
    ["an alias of nothing", "a: 1\nb: *x\n", "2:4-6 yaml/alias: no anchor &x comes before this alias"],
    ["an alias before its anchor", "a: *x\nb: &x 1\n", "1:4-6 yaml/alias: no anchor &x comes before this alias"],
    ["an alias inside itself", "a: &x [*x]\n", "1:8-10 yaml/alias: the alias *x is inside what it stands for"],
    ["a key that is a number", "4.20: x\n", "1:1-5 yaml/key-not-text: a key must be text"],
    ["a key that is a list", "? [a]\n: b\n", "1:3-6 yaml/key-not-text: a key must be text"],
    ["leading zeros", "mode: 010\n", "1:7-10 yaml/leading-zero: 010 is read as the number 10"],
    ["an empty file", "", "1:1-2 yaml/empty: the file is empty"],
    ["a file of comments", "# nothing\n", "1:1-2 yaml/empty: the file is empty"],
    ["two documents", "a: 1\n---\nb: 2\n", "2:1-4 yaml/several-documents: a second document begins here"],
    ["the same key twice", "a: 1\na: 2\n", "2:1-2 yaml/duplicate-key: map keys must be unique"],
    ["an unknown tag", "a: !foo x\n", "1:4-8 yaml/tag-resolve-failed: unresolved tag: !foo"],
    ["a tab as indentation", "a:\n\tb: 1\n", "2:1-2 yaml/tab-as-indent: tabs are not allowed as indentation"],
  ])("%s is refused at its position", (_what, text, expected) => {
    expect(complaints(text)).toEqual([expected]);
  });

  test("masses of aliases are refused", () => {
    const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]"];
    for (const [name, of] of ["ba", "cb", "dc", "ed"]) {
      bomb.push(
        `${String(name)}: &${String(name)} [${Array(9)
          .fill(`*${String(of)}`)
          .join(",")}]`,
      );
    }
    expect(complaints(bomb.join("\n"))).toEqual([
      "1:1-2 yaml/alias: excessive alias count indicates a resource exhaustion attack",
    ]);
  });

  test("every error is reported at once, and then there is no value", () => {
    const source = parseYaml("f.yaml", "a: 010\nb: *x\n");
    expect(source.diagnostics).toHaveLength(2);
    expect(source.value).toBeUndefined();
  });

  test("words of YAML 1.1 stay text", () => {
    expect(parseYaml("f.yaml", "a: yes\nb: 1:30\nc: 2026-01-05\n").value).toEqual({
      a: "yes",
      b: "1:30",
      c: "2026-01-05",
    });
  });
});

describe("a position", () => {
  const text = [
    "# first",
    "name: pair",
    "cluster:",
    "  nodes: 3",
    "  samba: 4.20",
    "  empty:",
    "list: [one, { two: 2 }]",
    "block:",
    "  - x: 1",
    "same: *cl",
  ].join("\r\n");
  const source = parseYaml("f.yaml", text.replace("cluster:", "cluster: &cl"));
  const shown = (path: Path, at?: "key" | "value") => {
    const { line, column, endColumn, text: lineText } = source.positionOf(path, at);
    return `${String(line)}: ${lineText.slice(column - 1, endColumn - 1)}`;
  };

  test.each<[string, Path, "key" | "value", string]>([
    ["a scalar is the scalar", ["cluster", "nodes"], "value", "4: 3"],
    ["a key is the key", ["cluster", "nodes"], "key", "4: nodes"],
    ["an item in a list", ["list", 0], "value", "7: one"],
    ["a flow mapping is itself", ["list", 1], "value", "7: { two: 2 }"],
    ["a block mapping is its key", ["cluster"], "value", "3: cluster"],
    ["a value left out is its key", ["cluster", "empty"], "value", "6: empty"],
    ["a block mapping in a list is its first key", ["block", 0], "value", "9: x"],
    ["a missing field is its parent's key", ["cluster", "missing", "deep"], "value", "3: cluster"],
    ["a missing field at the top is the first key", ["missing"], "value", "2: name"],
    ["an item beyond the list is the list's key", ["list", 7], "value", "7: list"],
    ["an alias is where it is used", ["same"], "value", "10: *cl"],
    ["a field of an alias is in its anchor", ["same", "nodes"], "value", "4: 3"],
  ])("of %s", (_what, path, at, expected) => {
    expect(shown(path, at)).toBe(expected);
  });

  test("gives the text as it was typed", () => {
    expect(source.textOf(["cluster", "samba"])).toBe("4.20");
    expect(source.textOf(["cluster"])).toBeUndefined();
    expect(source.textOf(["missing"])).toBeUndefined();
  });
});
