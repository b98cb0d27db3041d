import { describe, expect, it } from "vitest";
import { InterruptedError, ToolError, UserError } from "../core/errors.js";
import { presentError } from "./present-error.js";

const present = (error: unknown) => presentError(error, { color: false });
const tool = new ToolError({
  code: "image/build",
  message: "the image does not build",
  command: "docker build",
  exit: 100,
  stderrTail: "E: no such package\nE: giving up\n",
  logPath: "/state/images/node.log",
  hint: "use another mirror",
});

describe("an error is presented", () => {
  it("as the user's: every diagnostic with its place and hint, exit code 3", () => {
    const position = { file: "my.yaml", line: 2, column: 7, endColumn: 11, text: "name: Demo" };
    const { text, exit, json } = present(
      new UserError([
        { code: "topology/wrong-value", severity: "error", message: "name: too loud", position, hint: "write demo" },
        { code: "topology/missing-field", severity: "error", message: "cluster: this field is missing" },
      ]),
    );
    expect(exit).toBe(3);
    for (const part of [
      "my.yaml:2:7",
      "name: too loud",
      "write demo",
      "name: Demo",
      "cluster: this field is missing",
    ]) {
      expect(text).toContain(part);
    }
    expect(json).toMatchObject({ error: "input", diagnostics: [{ code: "topology/wrong-value" }, {}] });
  });

  it("as the environment's: what was tried, how it ended, its last words and what to do, exit code 2", () => {
    const { text, exit, json } = present(tool);
    expect(exit).toBe(2);
    expect(text.split("\n")).toEqual([
      "error: the image does not build [image/build]",
      "  command: docker build (exit 100)",
      "  | E: no such package",
      "  | E: giving up",
      "  log: /state/images/node.log",
      "  what to do: use another mirror",
    ]);
    expect(json).toEqual({ error: "testbed", failure: tool.failure });
  });

  it("without lines for what is not known", () => {
    expect(present(new ToolError({ code: "lab/busy", message: "busy" })).text).toBe("error: busy [lab/busy]");
  });

  it("as the environment's when a disk is full, wherever that is met", () => {
    const { text, exit } = present(
      Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" }),
    );
    expect(exit).toBe(2);
    expect(text).toMatch(
      /^error: a disk of this host has no room: ENOSPC.* \[disk\/full\]\n {2}what to do: free space/,
    );
    expect(present(Object.assign(new Error("EINVAL"), { code: "EINVAL" })).text).toContain("a bug of its own");
  });

  it("as the user's wish to stop, exit code 130", () => {
    expect(present(new InterruptedError("SIGTERM"))).toEqual({
      ...{ text: "interrupted by SIGTERM", exit: 130 },
      json: { error: "interrupted" },
    });
  });

  it("as all of several, with the gravest exit code", () => {
    const { text, exit, json } = present(new AggregateError([tool, new Error("oops")], "2 actions failed"));
    expect(exit).toBe(2);
    expect(text).toMatch(/^2 actions failed\nerror: the image does not build/);
    expect(text).toContain("oops");
    expect(json).toMatchObject({ error: "several", all: [{ error: "testbed" }, { error: "bug" }] });
  });

  it("as ours when it is nothing else: with its stack and a request to report it", () => {
    const { text, exit } = present(new TypeError("x is not a function"));
    expect(exit).toBe(2);
    expect(text).toContain("a bug of its own");
    expect(text).toContain("present-error.test.ts");
    expect(present("just text").text).toContain("just text");
  });
});
