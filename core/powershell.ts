/**
 * The words by which Windows runs a script, whichever of its shells reads them: the script is encoded, so nothing in it
 * needs quotes. `-InputFormat None` leaves standard input to the script; else PowerShell reads it line by line, in a race
 * with the script (psake pull request 72 tells of the hang without it).
 */
export function powershell(script: string): string[] {
  const encoded = Buffer.from(`${preamble}\n${script}`, "utf16le").toString("base64");
  return ["powershell", ...options, "-EncodedCommand", encoded];
}

const options = [
  ...["-NoLogo", "-NoProfile", "-NonInteractive", "-InputFormat", "None", "-OutputFormat", "Text"],
  ...["-ExecutionPolicy", "Bypass"],
];

/** Without this, progress bars go to standard error as XML, and output is in the code page of the machine's country. */
const preamble = `$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Console]::OutputEncoding = New-Object Text.UTF8Encoding $false`;

/** Reads standard input as it is; the script that follows has its lines in $Lines. */
export const readsLines = `$Lines = New-Object IO.StreamReader([Console]::OpenStandardInput(), (New-Object Text.UTF8Encoding $false))`;

/** Text as PowerShell reads it between single quotes, unchanged. All that it takes for single quotes is doubled. */
export function psQuoted(text: string): string {
  return `'${text.replaceAll(/['\u2018\u2019\u201a\u201b]/g, "$&$&")}'`;
}
