import type { TransferOutcome } from "../clients/client.js";
import { runProgram } from "../clients/program.js";
import { windowsProgram } from "../clients/windows.js";
import type { Clock } from "../core/clock.js";
import { failureOf, ToolError } from "../core/errors.js";
import { powershell, psQuoted, readsLines } from "../core/powershell.js";
import type { Remote } from "../core/remote.js";
import type { Written } from "../provisioners/ssh/host-connection.js";
import { type OpenHost, openHost } from "../provisioners/ssh/host-remote.js";
import { windowsHost } from "../provisioners/ssh/windows-host.js";
import type { HostSpec } from "../topologies/spec.js";

/** One thing that plugfest needs of Windows, tried on a real one. */
export interface ChecklistItem {
  readonly name: string;
  /** `untried`: what comes before it did not work. */
  readonly status: "ok" | "failed" | "untried";
  readonly detail: string;
  readonly hint?: string;
}

export interface ChecklistOptions {
  readonly clock: Clock;
  /** Addresses that it has to have. */
  readonly addresses: readonly string[];
}

/** A payload whose hashes are known: 8 MiB and some, so that its last sector is not whole. */
const known = {
  payload: { seed: "0123456789abcdef0123456789abcdef", run: "checklist", generation: 1, size: 8 * 2 ** 20 + 12_345 },
  sha256: "584e7ca72c28593dd66750132af7e05d725d4605d480e3336dac07fcc4482b7b",
};

/** An item's work: gives its detail for people, or throws what failed. */
interface Item {
  readonly name: string;
  readonly does: (remote: Remote) => Promise<string>;
}

/** What the command that runs it calls what it was told. */
const written: Written = {
  ...{ file: "command line", at: "--windows" },
  ...{ flags: { hostKey: "--host-key", keyFile: "--key" }, system: "windows" },
};

/**
 * Tries on a Windows host, one after the other, all that plugfest does on one but what takes a cluster: whoever has a Windows
 * proves so what could not be proven where plugfest is made. It leaves nothing there.
 */
export async function windowsChecklist(host: HostSpec, options: ChecklistOptions): Promise<ChecklistItem[]> {
  const root = windowsHost.root({ lab: "checklist", node: "windows" });
  const opened: { host?: OpenHost } = {};
  const done = [
    await attempt("ssh", async () => {
      opened.host = await openHost("windows", host, written, windowsHost, root);
      return `${host.user} runs commands on ${(await scriptOn(opened.host.remote, "[Environment]::MachineName")).trim()}`;
    }),
  ];
  const { remote, close } = opened.host ?? {};
  try {
    for (const { name, does } of items(root, `${host.user}@${host.address}`, options)) {
      const isOutOfReach = remote === undefined || done[0]?.status === "failed";
      done.push(isOutOfReach ? untried(name) : await attempt(name, () => does(remote)));
    }
  } finally {
    close?.();
  }
  return done;
}

function items(root: string, who: string, { addresses, clock }: ChecklistOptions): Item[] {
  return [
    { name: "needs", does: async (remote) => (await windowsHost.check(remote, addresses, who)).join(", ") },
    {
      name: "clock",
      does: (remote) => windowsHost.checkClock(remote, clock, who).then(() => "at most 0.1 s from this host's"),
    },
    { name: "files", does: (remote) => files(remote, root) },
    { name: "leash", does: leash },
    ...trials(`${root}/trial`),
    { name: "smb cmdlets", does: cmdlets },
    { name: "event logs", does: eventLogs },
    { name: "nothing left", does: (remote) => nothingLeft(remote, root) },
  ];
}

function untried(name: string): ChecklistItem {
  return { name, status: "untried", detail: "the host was not reached" };
}

async function attempt(name: string, does: () => Promise<string>): Promise<ChecklistItem> {
  try {
    return { name, status: "ok", detail: await does() };
  } catch (error) {
    const { message, hint, stderrTail } = failureOf(error);
    const isSaid = error instanceof ToolError && stderrTail !== undefined && stderrTail !== "";
    const said = isSaid ? `; it said: ${stderrTail.trim()}` : "";
    return { name, status: "failed", detail: `${message}${said}`, ...(hint === undefined ? {} : { hint }) };
  }
}

async function scriptOn(remote: Remote, script: string): Promise<string> {
  const { exit, stdout, stderr } = await remote.exec(["sh", "-c", script], { timeoutMs: 120_000 });
  if (exit === 0) return stdout;
  throw new Error(`exit ${String(exit)}: ${(stderr + stdout).trim().slice(-500)}`);
}

async function files(remote: Remote, root: string): Promise<string> {
  await windowsHost.prepare(remote, root);
  const content = "a file of plugfest's: ä€\u{1F4BE}\n";
  await remote.put([{ path: "/trial/file", content, mode: 0o600 }]);
  const back = (await remote.get("/trial/file"))?.toString();
  if (back !== content) throw new Error(`a file came back as ${JSON.stringify(back)}`);
  if ((await remote.get("/trial/absent")) !== undefined) throw new Error("a file that is not there has a content");
  const acl = await scriptOn(remote, `(Get-Acl ${psQuoted(root)}).Access.IdentityReference.Value -join ', '`);
  return `written, read back and owned by: ${acl.trim()}`;
}

/** A program gets its input as it comes, and ends when its input does. */
async function leash(remote: Remote): Promise<string> {
  let heard: (text: string) => void = () => undefined;
  const echo = `${readsLines}\nwhile ($null -ne ($Line = $Lines.ReadLine())) { [Console]::Out.WriteLine("heard $Line") }\nexit 7`;
  const running = await remote.start(powershell(echo), {
    onStdout: (chunk) => {
      heard(chunk.toString());
    },
  });
  const answer = new Promise<string>((resolve) => (heard = resolve));
  running.write("one\n");
  const said = await Promise.race([answer, running.exited.then((exit) => `its end, ${String(exit)}`)]);
  if (said.trim() !== "heard one") throw new Error(`a line was answered by ${said.trim()}`);
  running.release();
  const exit = await running.exited;
  if (exit !== 7) throw new Error(`it ended with ${String(exit)} where 7 was due`);
  return "standard input comes line by line, and its end ends the program";
}

/** The client program itself, on the host's own disk: compiled, unbuffered, with the payload and the verdict of all clients. */
function trials(folder: string): Item[] {
  const copy = async (remote: Remote, verb: "put" | "get", path: string): Promise<TransferOutcome> =>
    runProgram(remote, {
      ...{ program: windowsProgram(), copy: "checklist", verb, observe: () => undefined },
      job: { verb, folder, path, marks: [], ...known.payload },
    }).finished;
  const hashed = (outcome: TransferOutcome) => {
    if (!outcome.ok) throw new Error(`${outcome.stage}: ${outcome.message}`);
    const { sha256, seconds, bytes, mismatch } = outcome.result;
    if (sha256 !== known.sha256) throw new Error(`the payload has sha256 ${String(sha256)}, not ${known.sha256}`);
    if (mismatch !== null) throw new Error(`byte ${String(mismatch.offset)} is ${mismatch.class}: ${mismatch.detail}`);
    return `${String(bytes)} bytes in ${seconds.toFixed(2)} s, sha256 as known`;
  };
  return [
    { name: "program: write", does: async (remote) => hashed(await copy(remote, "put", "payload")) },
    { name: "program: read", does: async (remote) => hashed(await copy(remote, "get", "payload")) },
    {
      name: "program: error",
      does: async (remote) => {
        const outcome = await copy(remote, "get", "absent");
        if (outcome.ok || outcome.stage !== "open") throw new Error("a file that is not there was read");
        return `an absent file is an error at once: ${outcome.message}`;
      },
    },
  ];
}

async function cmdlets(remote: Remote): Promise<string> {
  const fields = `'SessionTimeout', 'ExtendedSessionTimeout', 'EnableMultiChannel', 'RequireSecuritySignature'`;
  const shown = await scriptOn(
    remote,
    `$null = @(Get-SmbConnection); $null = @(Get-SmbMultichannelConnection)
Get-SmbClientConfiguration | Select-Object -Property ${fields} | ConvertTo-Json -Compress`,
  );
  return `Get-SmbConnection and Get-SmbMultichannelConnection answer; ${shown.trim()}`;
}

async function eventLogs(remote: Remote): Promise<string> {
  const shown = await scriptOn(
    remote,
    `foreach ($Log in @(Get-WinEvent -ListLog 'Microsoft-Windows-SMBClient/*', 'Microsoft-Windows-SMBWitnessClient/*')) {
  '{0} {1}' -f $Log.LogName, $(if ($Log.IsEnabled) { 'on' } else { 'off' })
}`,
  );
  const logs = shown.trim().split(/\r?\n/);
  if (!logs.some((log) => log.includes("SMBClient/Connectivity on"))) throw new Error(`it has: ${logs.join(", ")}`);
  return logs.join(", ");
}

async function nothingLeft(remote: Remote, root: string): Promise<string> {
  await windowsHost.clear(remote, root);
  const there = await scriptOn(remote, `Test-Path ${psQuoted(root)}`);
  if (there.trim() !== "False") throw new Error(`${root} is still there`);
  return `${root} is gone`;
}
