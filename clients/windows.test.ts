import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { EventBody } from "../core/event.js";
import { ToolError } from "../core/errors.js";
import { powershell } from "../core/powershell.js";
import { windowsScript, windowsSource } from "../images/windows-program.js";
import { connectHost } from "../provisioners/ssh/host-connection.js";
import { sshRemote } from "../provisioners/ssh/ssh-remote.js";
import { windowsShell } from "../provisioners/ssh/windows-shell.js";
import { type WindowsStandIn, windowsStandIn } from "../test/support/windows-stand-in.js";
import { windowsClient } from "./windows.js";

vi.setConfig({ testTimeout: 60_000 });

let standIn: WindowsStandIn;
beforeAll(async () => {
  standIn = await windowsStandIn();
});
afterAll(() => {
  standIn.close();
});

const job = {
  ...{ copy: "dvd", share: "dvd", path: "dvd.iso", addresses: ["10.77.2.101"], profile: "persistent" as const },
  ...{ payload: { seed: "00".repeat(16), run: "r", sizeBytes: 1000 }, marks: [], rate: null },
};

/** What the program says of a copy that was interrupted once, in the shapes of images/windows/program. */
const said = [
  `{"t":1.5,"ev":"connected","address":"10.77.2.101","port":49701,"dialect":"3.1.1","signing":"on","kernel":"Windows 10.0.26100"}`,
  `{"t":1.6,"ev":"opened","path":"dvd.iso","fileId":""}`,
  `{"t":1.7,"ev":"kernel","level":6,"text":"Get-SmbConnection {\\"connections\\":[{\\"Dialect\\":\\"3.1.1\\"}]}"}`,
  `{"t":1.8,"ev":"progress","acked":500,"sent":1000,"acks":1,"longestGapMs":1.5}`,
  `{"t":2,"ev":"lost","address":"10.77.2.101","reason":"Windows has no connection to it any more","unacked":1,"acked":500}`,
  `{"t":3,"ev":"session","address":"10.77.2.101","port":49702}`,
  `{"t":3.1,"ev":"resumed","address":"10.77.2.101","acked":1000,"gapMs":1300}`,
  `{"t":3.2,"ev":"flushed"}`,
  `{"t":3.3,"ev":"closed"}`,
  `{"t":4,"ev":"result","bytes":1000,"seconds":1.5,"md5":"m","sha256":"s","mismatch":null,"hashMs":500,"gaps":[{"t":1.8,"ms":1300,"acked":500}]}`,
];

function copy(lines: readonly string[]) {
  standIn.env["STAND_IN_SAYS"] = lines.join("\n");
  const events: EventBody[] = [];
  const open = async (line: string) => (await connectHost("pc", standIn.host)).command(line);
  const remote = sshRemote("bench", "pc", open, "C:/ProgramData/plugfest/bench/pc", windowsShell);
  const transfer = windowsClient(remote).put(job, (event) => events.push(event));
  // It has said all: its driver lets go of it.
  transfer.stop();
  return { events, finished: transfer.finished };
}

describe("a Windows client", () => {
  test("tells of its copy in the events of all clients", async () => {
    const { events, finished } = copy(said);
    expect(await finished).toMatchObject({ ok: true, result: { bytes: 1000, md5: "m", mismatch: null } });
    expect(events.map(({ type }) => type)).toEqual([
      ...["copy.connected", "copy.opened", "copy.kernel", "copy.progress"],
      ...["copy.lost", "copy.session", "copy.resumed", "copy.finished"],
    ]);
    // It is an operating system's own client, so its grade comes from the wire.
    expect(events[0]).toMatchObject({ kernel: "Windows 10.0.26100" });
    expect(events.at(-1)).toMatchObject({ clientMs: 3500 });
  });

  test("that fails says at which stage", async () => {
    const message = "Windows error 59: An unexpected network error occurred";
    const error = JSON.stringify({ t: 5, ev: "error", stage: "write", status: null, message });
    const { finished } = copy([...said.slice(0, 2), error]);
    expect(await finished).toEqual({ ok: false, stage: "write", status: "", message });
  });

  test("that speaks otherwise than agreed, or ends without a result, gives no evidence", async () => {
    await expect(copy(["Add-Type : (1) error"]).finished).rejects.toThrow(ToolError);
    await expect(copy(said.slice(0, 4)).finished).rejects.toThrow("ended without a result");
  });

  test("is asked by a short command line, which holds neither its program nor its job", () => {
    const last = standIn.commands.at(-1) ?? "";
    expect(last.length).toBeLessThan(2000);
    expect(powershell("x").slice(0, -1).join(" ")).toBe(last.split(" ").slice(0, -1).join(" "));
    expect(windowsScript()).toContain("Add-Type");
    expect(windowsSource()).not.toMatch(/^using /m);
  });
});
