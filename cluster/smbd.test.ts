import { describe, expect, test } from "vitest";
import type { ExecResult, Remote } from "../core/remote.js";
import { killSmbd, killSmbdOf, parseSessions, startSmbd } from "./smbd.js";

/** What 4.25.1 prints on any node of a cluster while two nodes have a session each. */
const table = `
Samba version 4.25.1-Debian-4.25.1+dfsg-1
PID     Username     Group        Machine                                   Protocol Version  Encryption           Signing              
----------------------------------------------------------------------------------------------------------------------------------------
0:15616 5000         5000         10.92.2.201 (ipv4:10.92.2.201:52466)      SMB3_11           -                    AES-128-GMAC         
2:144   5000         5000         fd00::201 (ipv6:fd00::201:40000)          SMB3_11           -                    AES-128-GMAC         
`;

/** A node that answers commands by their first word, and what it was asked to do. */
function node(answers: Readonly<Record<string, Partial<ExecResult>>> = {}) {
  const asked: string[] = [];
  const exec = (argv: readonly string[]) => {
    asked.push(argv.join(" "));
    return Promise.resolve({ exit: 0, stdout: "", stderr: "", ...answers[argv[0] ?? ""] });
  };
  const never = () => Promise.reject(new Error("not part of this test"));
  const remote: Remote = { node: "node1", exec, start: never, put: never, get: never };
  return { asked, remote };
}

test("the table of sessions tells node, process and the client's end of each connection", () => {
  expect(parseSessions(table)).toEqual([
    { pnn: 0, pid: 15616, client: { address: "10.92.2.201", port: 52466 } },
    { pnn: 2, pid: 144, client: { address: "fd00::201", port: 40000 } },
  ]);
});

describe("killing the smbd of a connection", () => {
  const peer = { address: "10.92.2.201", port: 52466 };

  test("kills that process", async () => {
    const { remote, asked } = node({ smbstatus: { stdout: table } });
    await killSmbdOf(remote, 0, [peer]);
    expect(asked).toEqual(["smbstatus --processes --numeric", "kill -KILL 15616"]);
  });

  test("kills that process when the table has another of the session's channels than the first", async () => {
    const { remote, asked } = node({ smbstatus: { stdout: table } });
    await killSmbdOf(remote, 0, [{ ...peer, port: 52464 }, peer]);
    expect(asked).toContain("kill -KILL 15616");
  });

  test.each([
    ["of another port", 0, { ...peer, port: 52467 }],
    ["of another node, whose process number means nothing here", 1, peer],
  ])("kills nobody when the table has only one %s", async (_what, pnn, other) => {
    const { remote, asked } = node({ smbstatus: { stdout: table } });
    await expect(killSmbdOf(remote, pnn, [other])).rejects.toMatchObject({ failure: { code: "cluster/no-session" } });
    expect(asked).toEqual(["smbstatus --processes --numeric"]);
  });

  test("is an error of the testbed when the process is gone", async () => {
    const { remote } = node({ smbstatus: { stdout: table }, kill: { exit: 1, stderr: "No such process" } });
    await expect(killSmbdOf(remote, 0, [peer])).rejects.toMatchObject({
      failure: { command: "kill -KILL 15616", stderrTail: "No such process" },
    });
  });
});

describe("killing all smbds of a node", () => {
  test("is no error when there are none, and one when it cannot be done", async () => {
    await expect(killSmbd(node({ sh: { exit: 1 } }).remote)).resolves.toBeUndefined();
    await expect(killSmbd(node({ sh: { exit: 3 } }).remote)).rejects.toMatchObject({
      failure: { code: "cluster/command-failed", exit: 3 },
    });
  });

  test("is undone by CTDB's own event script, and its failure is told", async () => {
    const { remote, asked } = node();
    await startSmbd(remote);
    expect(asked.join()).toMatch(/50\.samba\.script startup/);
    await expect(startSmbd(node({ sh: { exit: 1 } }).remote)).rejects.toMatchObject({ failure: { exit: 1 } });
  });
});
