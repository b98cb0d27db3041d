import { ToolError } from "../../core/errors.js";
import { psQuoted } from "../../core/powershell.js";
import type { Remote } from "../../core/remote.js";
import { readAnswers, sortAndName } from "./host-answers.js";

/** What a Windows host needs to be a client, each a line of what was found or what lacks. $Addresses it must have. */
const script = `
$System = Get-CimInstance Win32_OperatingSystem
"found $($System.Caption) $($System.Version)"
"found PowerShell $($PSVersionTable.PSVersion)"
if ($PSVersionTable.PSVersion.Major -lt 5) { 'lacks powershell 5.1' }
if ($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') { "lacks language $($ExecutionContext.SessionState.LanguageMode)" }
$Me = [Security.Principal.WindowsPrincipal] [Security.Principal.WindowsIdentity]::GetCurrent()
if (-not $Me.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) { 'lacks administrator' }
foreach ($Command in 'Get-SmbConnection', 'Get-SmbMultichannelConnection', 'Get-WinEvent', 'Get-NetIPAddress') {
  if (-not (Get-Command $Command -ErrorAction SilentlyContinue)) { "lacks command $Command" }
}
if ((Get-Service LanmanWorkstation).Status -ne 'Running') { 'lacks service LanmanWorkstation' }
try { Add-Type -TypeDefinition 'public class PlugfestProbe { }' } catch { 'lacks compiler' }
foreach ($Address in $Addresses) {
  $Has = Get-NetIPAddress -IPAddress $Address -ErrorAction SilentlyContinue | Select-Object -First 1
  if (-not $Has) { "lacks address $Address"; continue }
  "found $Address on $($Has.InterfaceAlias)"
  $Adapter = Get-NetAdapter -InterfaceIndex $Has.InterfaceIndex -ErrorAction SilentlyContinue
  if ($Adapter.Status -ne 'Up') { "lacks carrier $($Has.InterfaceAlias)" }
}`;

/** Looks whether a Windows host can be a client. Returns what was found; a ToolError says all that it lacks. */
export async function checkWindows(remote: Remote, addresses: readonly string[], who: string): Promise<string[]> {
  const asked = `$Addresses = @(${addresses.map(psQuoted).join(", ")})\n${script}`;
  const { exit, stdout, stderr } = await remote.exec(["sh", "-c", asked], { timeoutMs: 120_000 });
  const { found, lacking } = readAnswers(stdout);
  if (exit !== 0 || found.length === 0) {
    throw new ToolError({
      ...{ code: "host/no-powershell", message: `${who} does not run PowerShell as a Windows host does` },
      ...{ command: "powershell", exit, stderrTail: (stderr + stdout).slice(-2000) },
      hint: "it needs Windows 10, Windows Server 2016 or later, with Windows' own powershell.exe in its PATH",
    });
  }
  if (lacking.length === 0) return [...found];
  throw new ToolError({
    code: "host/lacks",
    message: `${who} cannot be a client: ${lacking.map(inWords).join("; ")}`,
    hint: [...new Set(lacking.map(advice))].join("; "),
  });
}

function inWords(lack: string): string {
  const { sort, name } = sortAndName(lack);
  const words: Readonly<Record<string, string>> = {
    powershell: `its PowerShell is older than ${name}`,
    language: `PowerShell is restricted there (${name})`,
    administrator: "its user is no administrator",
    command: `its PowerShell has no ${name}`,
    service: `its service ${name} does not run`,
    compiler: "Add-Type does not compile C# there",
    address: `none of its interfaces has the address ${name}`,
    carrier: `its interface ${name} has no carrier`,
  };
  return words[sort] ?? `it has no ${lack}`;
}

function advice(lack: string): string {
  const { sort, name } = sortAndName(lack);
  const steps: Readonly<Record<string, string>> = {
    administrator: "take a user of its group Administrators",
    service: `start it: Start-Service ${name}`,
    language: "its policy (AppLocker, WDAC) must let administrators run scripts",
    compiler: "its policy (AppLocker, WDAC) must let administrators compile",
    address: `give it the address: New-NetIPAddress -IPAddress ${name} -PrefixLength <prefix> -InterfaceAlias <its interface on the lab's network>`,
    carrier: "look at its cable, and at the lab's uplink",
  };
  return steps[sort] ?? "docs/windows.md says what a Windows host needs";
}
