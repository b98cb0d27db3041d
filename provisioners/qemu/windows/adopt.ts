import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { asset } from "../../../core/paths.js";
import { ToolError } from "../../../core/errors.js";
import { poll } from "../../../core/poll.js";
import type { Remote } from "../../../core/remote.js";
import type { SshConnection } from "../../ssh/ssh-connection.js";
import { sshRemote } from "../../ssh/ssh-remote.js";
import { windowsHost } from "../../ssh/windows-host.js";
import { type MachineName, processOf } from "../qemu-process.js";
import { portOf } from "../way-in.js";
import { windowsWayIn } from "./hardware.js";
import { knock } from "./knock.js";
import { type Building, onceOn } from "./once-on.js";
import { takeScreen } from "./screen.js";

export interface Adoption extends Building {
  /** Its administrator, and the private key that opens it. */
  readonly user: string;
  readonly privateKey: string;
  readonly withinMs: number;
}

/** What each of its machines is to do at its start, and what none is to do. The scripts' folder is there. */
const settle = () => `${readFileSync(asset("images", "windows", "setup", "settle.ps1"), "utf8")}
Set-Service sshd -StartupType Manual
Open-Firewall
Stop-Disturbance
Register-Start`;

/**
 * Starts a Windows that somebody else made, gets in by ssh, and has each machine that is made of it take what is its own at its
 * start. Gives what it says that it is. Its disk is in its folder, before and after.
 */
export async function adoptWindows(adoption: Adoption): Promise<string> {
  const { folder, clock, signal, onLine, withinMs } = adoption;
  const name = { uuid: randomUUID(), node: "windows", lab: "an image" };
  const failing = (what: string, hint: string) => failed(adoption, what, hint);
  return onceOn(adoption, name, { cds: [], network: windowsWayIn, failed: failing }, async () => {
    onLine("it is started, to be prepared");
    const connection = await connected(adoption, name);
    onLine("ssh lets plugfest in");
    const open = (line: string, signal?: AbortSignal) => connection.command(line, signal);
    const remote = sshRemote("", "windows", open, "C:/plugfest", windowsHost.shell);
    const [system = ""] = await windowsHost.check(remote, [], `the Windows of ${adoption.user}`);
    await remote.put(
      ["start.ps1", "settle.ps1"].map((file) => ({
        ...{ path: `/${file}`, mode: 0o644 },
        content: readFileSync(asset("images", "windows", "setup", file), "utf8"),
      })),
    );
    await done(remote, settle());
    onLine("it is prepared, and is switched off");
    await done(remote, "Stop-Computer -Force").catch((error: unknown) => {
      // It may be off before it says that it will be.
      if (!(error instanceof ToolError) || error.failure.code !== "remote/lost") throw error;
    });
    connection.end();
    const off = () => Promise.resolve(processOf(folder, name) === undefined ? true : undefined);
    if (await poll(off, { clock, everyMs: 500, withinMs, ...(signal && { signal }) })) return system;
    throw await failing(`was not off within ${String(withinMs / 60_000)} min`, advice.time);
  });
}

async function connected(adoption: Adoption, name: MachineName): Promise<SshConnection> {
  const { folder, clock, signal, user, privateKey, withinMs } = adoption;
  const port = await portOf(folder, name.node);
  let why = "";
  const attempt = async () => {
    if (processOf(folder, name) === undefined) throw await failed(adoption, "switched itself off", advice.start);
    const answer = await knock({ port, user, privateKey });
    if ("connection" in answer) return answer.connection;
    if (answer.isRefused) throw await failed(adoption, `does not let ${user} in by that key`, advice.key);
    why = answer.why;
    return undefined;
  };
  const connection = await poll(attempt, { clock, everyMs: 1000, withinMs, ...(signal && { signal }) });
  if (connection !== undefined) return connection;
  throw await failed(adoption, `did not answer by ssh within ${String(withinMs / 60_000)} min (${why})`, advice.start);
}

async function done(remote: Remote, script: string): Promise<void> {
  const { exit, stdout, stderr } = await remote.exec(["sh", "-c", script], { timeoutMs: 600_000 });
  if (exit === 0) return;
  throw new ToolError({
    ...{ code: "image/not-adopted", message: "the Windows of the image could not be prepared", exit },
    stderrTail: `${stdout}\n${stderr}`.trim().slice(-2000),
    hint: "its user must be an administrator, and its policy must let administrators run scripts",
  });
}

/** What to do about a Windows that was not prepared. */
const advice = {
  key: "give with --user an administrator of it, and with --key the private key whose public one is a line of its C:\\ProgramData\\ssh\\administrators_authorized_keys, a file that only administrators and the system may write (docs/windows.md)",
  start:
    "it needs OpenSSH's server, started by itself, a firewall that lets it be reached, and an address by DHCP on a card that it knows: e1000e, or virtio's with --virtio (docs/windows.md); --within gives it more time",
  time: "it was told to switch itself off: something in it may ask; --within gives it more time",
};

async function failed({ folder, screen }: Adoption, what: string, hint: string): Promise<ToolError> {
  const picture = await takeScreen(folder, "windows", screen);
  return new ToolError({
    ...{ code: "image/not-adopted", message: `the Windows of the image ${what}` },
    ...(picture !== undefined && { logPath: picture }),
    hint: `${picture === undefined ? "" : "the picture has what its screen showed; "}${hint}`,
  });
}
