import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { systemClock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { ownOwner } from "../../core/owner.js";
import { powershell } from "../../core/powershell.js";
import { mistakesIn } from "../../test/support/powershell.js";
import { onDisk, scriptIn, type WindowsStandIn, windowsStandIn } from "../../test/support/windows-stand-in.js";
import type { MachineObject } from "../../topologies/objects.js";
import { existingHosts } from "./existing-hosts.js";
import { openHost } from "./host-remote.js";
import { setWindowsClock } from "./windows-clock.js";
import { windowsHost } from "./windows-host.js";
import { windowsShell } from "./windows-shell.js";

// Each command is a process of its own, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

let standIn: WindowsStandIn;
const stateFolder = mkdtempSync(join(tmpdir(), "plugfest-hosts-"));
const hosts = existingHosts({ stateFolder, clock: systemClock });
beforeAll(async () => {
  standIn = await windowsStandIn();
});
afterEach(() => {
  delete standIn.env["STAND_IN_LACKS"];
  delete standIn.env["STAND_IN_AHEAD"];
});
afterAll(() => {
  standIn.close();
  rmSync(stateFolder, { recursive: true });
});

const password = "secret of the lab";
const secrets = [{ path: "/etc/plugfest/credentials", content: JSON.stringify({ user: "u", password }), mode: 0o600 }];
const stamp = { lab: "bench", owner: ownOwner(), keep: true, version: "0", source: "" };

function machine(): MachineObject {
  return {
    ...{ kind: "machine", role: "client", id: "client/pc", lab: "bench", node: "pc", image: "", dependsOn: [] },
    ...{ endpoints: [{ network: "public", address: "10.77.2.201" }], mounts: [], capabilities: [], sysctls: {} },
    ...{ files: [], host: standIn.host, system: "windows" },
  };
}

async function refusal(): Promise<ToolError["failure"]> {
  const error: unknown = await hosts.create(machine(), stamp, secrets).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ToolError);
  const [object] = await hosts.observe("bench");
  if (object !== undefined) await hosts.remove(object);
  return (error as ToolError).failure;
}

describe("a Windows host that is there already", () => {
  test("is checked, gets the lab's account, and is let go of with nothing left", async () => {
    await hosts.create(machine(), stamp, secrets);
    expect(onDisk(standIn, "ProgramData/plugfest/bench/pc/etc/plugfest/credentials")).toContain(password);
    const [object] = await hosts.observe("bench");
    expect(object).toMatchObject({ id: "client/pc", state: "ready" });
    const remote = hosts.connect("bench", "pc");
    expect((await remote.get("/etc/plugfest/credentials"))?.toString()).toContain(password);
    expect(await remote.get("/etc/plugfest/absent")).toBeUndefined();
    expect(await remote.exec(["printf", "%s-%s", "it's", "$HOME"])).toMatchObject({ exit: 0, stdout: "it's-$HOME" });
    expect((await remote.exec(["false"])).exit).toBe(1);
    expect((await hosts.logs("bench", "pc")).toString()).toContain("Windows 11 Enterprise");
    if (object !== undefined) await hosts.remove(object);
    expect(existsSync(join(standIn.disk, "ProgramData/plugfest"))).toBe(false);
    for (const command of standIn.commands) expect(mistakesIn(scriptIn(command))).toEqual([]);
    // What the machine is told is in no process list, and a host's owner may log it: the account is not in it.
    const told = standIn.commands.map((command) => `${command}\n${scriptIn(command)}`).join("\n");
    expect(told).not.toContain(password);
    expect(told).not.toContain(Buffer.from(password).toString("base64").slice(0, 16));
  });

  test.each([
    ["administrator", "its user is no administrator", "Administrators"],
    ["language ConstrainedLanguage", "PowerShell is restricted there (ConstrainedLanguage)", "AppLocker"],
    ["service LanmanWorkstation", "its service LanmanWorkstation does not run", "Start-Service LanmanWorkstation"],
    ["address 10.77.2.201", "none of its interfaces has the address 10.77.2.201", "New-NetIPAddress"],
    ["carrier Ethernet 2", "its interface Ethernet 2 has no carrier", "its cable"],
    ["compiler", "Add-Type does not compile C# there", "compile"],
    ["powershell 5.1", "its PowerShell is older than 5.1", "docs/windows.md"],
    ["command Get-SmbConnection", "its PowerShell has no Get-SmbConnection", "docs/windows.md"],
  ])("is refused when it lacks: %s", async (lack, message, hint) => {
    standIn.env["STAND_IN_LACKS"] = `lacks ${lack}\r`;
    const failure = await refusal();
    expect(failure.code).toBe("host/lacks");
    expect(failure.message).toContain(message);
    expect(failure.hint).toContain(hint);
  });

  test("is refused when its clock is another", async () => {
    standIn.env["STAND_IN_AHEAD"] = "7.5";
    expect(await refusal()).toMatchObject({
      code: "host/clock",
      message: expect.stringMatching(/is 7\.[456] s ahead/) as string,
      hint: expect.stringContaining("w32tm") as string,
    });
  });
});

describe("a Windows machine of plugfest's own", () => {
  test("is given this host's time", async () => {
    standIn.env["STAND_IN_AHEAD"] = "7.5";
    const { remote, close } = await openHost("pc", standIn.host, { file: "topology", at: "clients.pc" }, windowsHost);
    let said = "";
    const start: typeof remote.start = (argv, options) =>
      remote.start(argv, {
        ...options,
        onStdout: (chunk) => {
          said += chunk.toString();
          options.onStdout(chunk);
        },
      });
    await setWindowsClock({ ...remote, start }, systemClock);
    close();
    const seconds = said
      .trim()
      .split(/\s+/)
      .map((ticks) => Number(ticks) / 1e7);
    const jump = (seconds.at(-1) ?? 0) - (seconds.at(-2) ?? 0);
    expect(jump).toBeLessThan(-5);
  });
});

describe("Windows' shell", () => {
  test("gets scripts in one word, which no shell of Windows reads otherwise", () => {
    const line = windowsShell.command(["cmd.exe", "/c", `echo "it's" & exit 3`], { A: "b'c" });
    expect(line.replace(/ -EncodedCommand [A-Za-z0-9+/=]+$/, "")).toMatch(/^[A-Za-z -]+$/);
    expect(scriptIn(line)).toContain(`$env:A = 'b''c'\n& 'cmd.exe' '/c' 'echo \\"it''s\\" & exit 3'\n`);
  });

  test("runs what is PowerShell already as it is, and takes a scenario's script for its own", () => {
    const argv = powershell("hostname");
    expect(windowsShell.command(argv)).toBe(argv.join(" "));
    expect(scriptIn(windowsShell.command(["sh", "-c", "Get-SmbConnection"]))).toContain("\nGet-SmbConnection\n");
  });
});
