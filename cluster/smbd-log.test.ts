import { describe, expect, it } from "vitest";
import type { Remote } from "../core/remote.js";
import { readSmbdLog, smbdTime } from "./smbd-log.js";

const entry = (time: string, text: string) =>
  `[2026/11/24 ${time}.432519,  1] source3/smbd/smb2_server.c:1840(smbd_server_disconnect_client_ex)\n  ${text}\n`;
const machine = (stdout: string) =>
  ({ node: "node1", exec: () => Promise.resolve({ exit: 0, stdout, stderr: "" }) }) as unknown as Remote;

describe("smbd's log", () => {
  it("has its entries' times in UTC, wherever this runs", () => {
    expect(smbdTime(entry("19:45:24", "x"))).toBe(Date.UTC(2026, 10, 24, 19, 45, 24, 432));
    expect(smbdTime("  smbd_server_disconnect_client_ex: client[ipv4:10.86.2.201:42230]")).toBeUndefined();
  });

  it("is read from a moment on, whole entries only", async () => {
    const log = entry("19:45:24", "before") + entry("19:45:26", "after") + entry("19:45:27", "later");
    const read = await readSmbdLog(machine(log), Date.UTC(2026, 10, 24, 19, 45, 25));
    expect(read?.toString()).toBe(entry("19:45:26", "after") + entry("19:45:27", "later"));
    expect((await readSmbdLog(machine(log), Date.UTC(2026, 10, 24, 20)))?.toString()).toBe("");
  });

  it("is not there on a machine without smbd", async () => {
    expect(await readSmbdLog(machine(""), 0)).toBeUndefined();
  });
});
