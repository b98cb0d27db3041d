import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { systemClock } from "../core/clock.js";
import { mistakesIn } from "../test/support/powershell.js";
import { scriptIn, type WindowsStandIn, windowsStandIn } from "../test/support/windows-stand-in.js";
import { windowsChecklist } from "./windows-checklist.js";

vi.setConfig({ testTimeout: 120_000 });

/** That of the payload, as the Python client computes it. */
const sha256 = "584e7ca72c28593dd66750132af7e05d725d4605d480e3336dac07fcc4482b7b";

let standIn: WindowsStandIn;
beforeAll(async () => {
  standIn = await windowsStandIn();
});
afterEach(() => {
  for (const name of ["LACKS", "AHEAD", "SHA256"]) Reflect.deleteProperty(standIn.env, `STAND_IN_${name}`);
});
afterAll(() => {
  standIn.close();
});

const check = (changed: { readonly hostKey?: string; readonly port?: number } = {}) =>
  windowsChecklist({ ...standIn.host, ...changed }, { clock: systemClock, addresses: ["10.77.2.201"] });

describe("the checklist of a Windows host", () => {
  test("is all ok on one that does what is asked, and says what was seen", async () => {
    standIn.env["STAND_IN_SHA256"] = sha256;
    const items = await check();
    expect(items.filter(({ status }) => status !== "ok")).toEqual([]);
    const details = items.map(({ name, detail }) => `${name}: ${detail}`).join("\n");
    expect(details).toContain("ssh: pat runs commands on PC-OF-PAT");
    expect(details).toContain(
      "needs: Microsoft Windows 11 Enterprise 10.0.26100, PowerShell 5.1.26100.1, 10.77.2.201 on",
    );
    expect(details).toContain("event logs: Microsoft-Windows-SMBClient/Connectivity on");
    for (const command of standIn.commands) expect(mistakesIn(scriptIn(command))).toEqual([]);
  });

  test("is red where the host does something else, and goes on", async () => {
    standIn.env["STAND_IN_SHA256"] = "0".repeat(64);
    standIn.env["STAND_IN_LACKS"] = "lacks administrator\r";
    standIn.env["STAND_IN_AHEAD"] = "-3";
    const items = await check();
    const failed = items.filter(({ status }) => status === "failed").map(({ name, detail }) => [name, detail]);
    expect(failed).toEqual([
      ["needs", expect.stringContaining("its user is no administrator")],
      ["clock", expect.stringMatching(/is (2\.9|3\.[01]) s behind/)],
      ["program: write", expect.stringContaining(`not ${sha256}`)],
      ["program: read", expect.stringContaining(`not ${sha256}`)],
    ]);
  });

  test("tells of a host that is another one, or not there, and tries nothing on it", async () => {
    const [ssh, ...rest] = await check({ hostKey: "" });
    expect(ssh).toMatchObject({ status: "failed", detail: expect.stringContaining(standIn.host.hostKey) as string });
    expect(ssh?.detail).toContain("another host than the command line says");
    expect(ssh?.detail).toContain("--host-key is not given");
    expect(ssh?.hint).toContain("C:\\ProgramData\\ssh\\ssh_host_ed25519_key.pub");
    expect(rest.map(({ status }) => status)).toEqual(rest.map(() => "untried"));
    expect((await check({ port: 1 }))[0]?.detail).toContain("nothing listens there");
  });
});
