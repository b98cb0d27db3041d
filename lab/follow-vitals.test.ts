import { execa } from "execa";
import { describe, expect, it } from "vitest";
import type { Remote } from "../core/remote.js";
import { followVitals, parseVitals } from "./follow-vitals.js";
import type { NodeVitals } from "./follow-vitals.js";

describe("what a node says about itself", () => {
  it("is read line by line, and what is missing stays unknown", () => {
    expect(parseVitals("cpu 1500000\nsmb 3\nleader 2\n")).toEqual({ cpuUs: 1_500_000, connections: 3, leaderPnn: 2 });
    expect(parseVitals("leader \n")).toEqual({ cpuUs: undefined, connections: undefined, leaderPnn: undefined });
  });

  it("comes from a program that ends with its standard input", async () => {
    const heard: NodeVitals[] = [];
    let release: () => void = () => undefined;
    const here: Pick<Remote, "start"> = {
      start: ([command = "", ...args], { onStdout }) => {
        const child = execa(command, args, { reject: false, buffer: false });
        child.stdout.on("data", onStdout);
        release = () => child.stdin.end();
        return Promise.resolve({
          write: () => undefined,
          release,
          exited: child.then(({ exitCode = -1 }) => exitCode),
        });
      },
    };
    const first = new Promise<void>((resolve) => {
      void followVitals(here as Remote, new AbortController().signal, (vitals) => {
        heard.push(vitals);
        resolve();
      }).then(({ exited }) => {
        void exited.then(() => heard.push({ cpuUs: 0, connections: 0, leaderPnn: 0 }));
      });
    });
    await first;
    // This machine has no ctdb, and perhaps no control groups; its connections it can tell.
    expect(heard[0]?.connections).toBeGreaterThanOrEqual(0);
    expect(heard[0]?.leaderPnn).toBeUndefined();
    release();
  });
});
