import { describe, expect, test } from "vitest";
import type { ExecResult, Remote } from "../core/remote.js";
import { ToolError } from "../core/errors.js";
import { listWitnesses, moveClient } from "./witness.js";

// `net witness list --json` of Samba 4.25.1, without what nobody reads.
const one = `{"filters": {}, "registrations": {"fe05d722-9263-4d6a-8159-2ddc9a56d1d0": {"version": "0x00020000",
  "net_name": "plugfest", "share_name": null, "ip_address": "10.12.2.101", "client_computer_name": "laptop"}}}`;
const none = `{"filters": {}, "message": {"type": "CLIENT_MOVE_TO_IPV4"}, "registrations": {}}`;

function node(answer: Partial<ExecResult>, calls: (readonly string[])[] = []): Remote {
  return {
    node: "node1",
    exec: (argv) => {
      calls.push(argv);
      return Promise.resolve({ exit: 0, stdout: "", stderr: "", ...answer });
    },
    start: () => Promise.reject(new Error("not asked for")),
    put: () => Promise.resolve(),
    get: () => Promise.resolve(undefined),
  };
}

describe("the witness", () => {
  test("tells who is registered for which address", async () => {
    expect(await listWitnesses(node({ stdout: one }))).toEqual([{ client: "laptop", address: "10.12.2.101" }]);
    expect(await listWitnesses(node({ stdout: none }))).toEqual([]);
  });

  test("moves the one client that is meant, and says whom it told", async () => {
    const calls: (readonly string[])[] = [];
    expect(await moveClient(node({ stdout: one }, calls), "laptop", "10.12.2.102")).toHaveLength(1);
    expect(calls).toEqual([
      [
        ...["net", "witness", "client-move", "--witness-client-computer-name=^laptop$"],
        ...["--witness-new-ip=10.12.2.102", "--json"],
      ],
    ]);
  });

  test.each([
    ["it fails", { exit: 255, stderr: "db_open failed" }],
    ["its answer is not JSON", { stdout: "Registration-UUID" }],
    ["its answer is another one", { stdout: '{"registrations":{"a":{}}}' }],
    ["its answer is nothing", { stdout: "null" }],
  ])("breaks the testbed when %s", async (_what, answer) => {
    await expect(listWitnesses(node(answer))).rejects.toBeInstanceOf(ToolError);
  });
});
