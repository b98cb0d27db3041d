import { ToolError } from "../../core/errors.js";
import { psQuoted } from "../../core/powershell.js";
import type { HostSystem } from "./host-system.js";
import { checkWindowsClock } from "./windows-clock.js";
import { checkWindows } from "./windows-checks.js";
import { windowsShell } from "./windows-shell.js";

/** By their numbers, for their names are in the host's language: administrators, and the system itself. */
const owners = ["*S-1-5-32-544:(OI)(CI)F", "*S-1-5-18:(OI)(CI)F"];

/**
 * A Windows host. Its folder is on its disk, for administrators alone, and has the lab's account and a mark; the client
 * program is not among its files, and ends with the connection that it was started by.
 */
export const windowsHost: HostSystem = {
  // An administrator, as it was checked.
  isRoot: () => true,
  shell: windowsShell,
  root: ({ lab, node }) => `C:/ProgramData/plugfest/${lab}/${node}`,
  check: checkWindows,
  checkClock: checkWindowsClock,
  prepare: async (remote, root) => {
    const script = `$null = New-Item -ItemType Directory -Force -Path ${psQuoted(root)}
$null = icacls ${psQuoted(root.replaceAll("/", "\\"))} /inheritance:r /grant:r ${owners.map(psQuoted).join(" ")}`;
    const { exit, stderr } = await remote.exec(["sh", "-c", script], { timeoutMs: 60_000 });
    if (exit === 0) return;
    throw new ToolError({
      code: "remote/not-written",
      message: `could not make the folder ${root} on ${remote.node}`,
      stderrTail: stderr.slice(-2000),
      hint: "its user must be an administrator, with leave to write below C:\\ProgramData",
    });
  },
  clear: async (remote, root) => {
    const script = `$Root = ${psQuoted(root)}
if (Test-Path -LiteralPath $Root) { Remove-Item -LiteralPath $Root -Recurse -Force }
foreach ($Folder in (Split-Path $Root), (Split-Path (Split-Path $Root))) {
  if ((Test-Path -LiteralPath $Folder) -and -not (Get-ChildItem -LiteralPath $Folder)) { Remove-Item -LiteralPath $Folder }
}`;
    await remote.exec(["sh", "-c", script], { timeoutMs: 60_000 });
  },
};
