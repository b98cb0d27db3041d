import { describe, expect, it } from "vitest";
import { complaintsIn } from "./log-complaints.js";
import { knownLogLines } from "./known-log-lines.js";

const smbd = (level: number, ...text: string[]) =>
  `[2026/11/26 11:49:49.384147,  ${String(level)}] source3/smbd/server.c:1(x)\n${text.map((line) => `  ${line}\n`).join("")}`;
const ctdbd = (message: string) => `2026-11-26T11:49:49.384147+00:00 node1 ctdbd[39]: ${message}\n`;
const said = (log: "smbd" | "ctdbd", text: string, faults: string[] = [], runtime: "docker" | "qemu" = "docker") =>
  complaintsIn(log, text, { faults, runtime }).map(({ message }) => message);

describe("complaints in a node's logs", () => {
  it("are what smbd wrote at level 0 and 1, each entry with all its lines", () => {
    const text = smbd(0, "PANIC (pid 9):", "assert failed") + smbd(3, "error: none") + smbd(1, "odd");
    expect(said("smbd", text)).toEqual(["PANIC (pid 9): assert failed", "odd"]);
    expect(complaintsIn("smbd", text, { faults: [], runtime: "docker" })[0]?.atMs).toBe(
      Date.UTC(2026, 10, 26, 11, 49, 49, 384),
    );
  });

  it("are what ctdbd wrote in words of failure", () => {
    const text = ctdbd("Running event: monitor") + ctdbd("Failed to run monitor") + ctdbd("event 50.samba timed out");
    expect(said("ctdbd", text)).toEqual(["Failed to run monitor", "event 50.samba timed out"]);
  });

  it("are not the lines that are known", () => {
    const closed =
      "smbd_server_disconnect_client_ex: client[ipv4:10.11.2.201:1] num_ok[0] reason[NT_STATUS_CONNECTION_RESET] at x";
    expect(said("smbd", smbd(1, closed))).toEqual([]);
    expect(said("ctdbd", ctdbd("10.interface: Killed 1/1 TCP connections to released IP 10.11.2.101"))).toEqual([]);
  });

  it("are not locks that are given back late, but those that are had late", () => {
    const db = "/var/lib/ctdb/volatile/g_lock.tdb.0";
    expect(
      said("smbd", smbd(0, `tdb_chainunlock on db ${db}, key 636C65616E757064 took 7.904000 milliseconds`)),
    ).toEqual([]);
    const late = `db_ctdb_fetch_locked for ${db} key 1B07, chain 4 needed 1 attempts, 25163 milliseconds`;
    expect(said("smbd", smbd(0, late))).toEqual([late]);
    expect(said("smbd", smbd(0, "tdb_chainunlock failed"))).toHaveLength(1);
  });

  it("are not that CTDB need not tickle for a node's own address, and is only so of SMB's port", () => {
    const own = (port: number) =>
      ctdbd(
        `Could not register TCP connection 10.89.2.201:39870 -> 10.89.2.11:${String(port)} - not a public address (client_id 1798 pid 802)`,
      );
    expect(said("ctdbd", own(445))).toEqual([]);
    expect(said("ctdbd", own(2049))).toHaveLength(1);
  });

  it("are lines that only a fault explains, unless it was caused", () => {
    const dead = ctdbd("10.89.1.11:4379: node 10.89.1.13:4379 is dead: 1 connected");
    expect(said("ctdbd", dead)).toHaveLength(1);
    expect(said("ctdbd", dead, ["disable"])).toHaveLength(1);
    expect(said("ctdbd", dead, ["disable", "crash"])).toEqual([]);
    expect(said("smbd", smbd(0, "smbd version 4.25.1 started."))).toHaveLength(1);
    expect(said("smbd", smbd(0, "smbd version 4.25.1 started."), ["kill smbd"])).toEqual([]);
  });

  it("are lines that only slow nodes explain, unless that is what they are", () => {
    const late = ctdbd("Reenabling takeover runs after timeout");
    expect(said("ctdbd", late, ["disable"])).toHaveLength(1);
    expect(said("ctdbd", late, ["disable"], "qemu")).toEqual([]);
    expect(said("ctdbd", late, ["crash"])).toEqual([]);
  });

  it("are known each for a reason", () => {
    for (const { reason } of knownLogLines) expect(reason.length).toBeGreaterThan(8);
  });
});
