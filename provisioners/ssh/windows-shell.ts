import { powershell, psQuoted, readsLines } from "../../core/powershell.js";
import type { Shell } from "./shell.js";

/** What any shell of Windows, cmd.exe or PowerShell, takes as it is. */
const plainWord = /^[A-Za-z0-9_+/=.:-]+$/;

/** Ends as the last program did; a script that ran none ended well, for a mistake in it is an end of its own. */
const endsAsItsPrograms = "if ($null -ne $LASTEXITCODE) { exit $LASTEXITCODE }";

/**
 * Windows' shell, whichever OpenSSH starts there: it gets PowerShell scripts in one word. What a scenario gives to `sh -c`
 * is a script of this machine's own shell: of PowerShell.
 */
export const windowsShell: Shell = {
  command: (argv, env = {}) => {
    const assignments = Object.entries(env).map(([key, value]) => `$env:${key} = ${psQuoted(value)}`);
    const [program = "", ...rest] = argv;
    if (program === "powershell" && argv.every((word) => plainWord.test(word))) return argv.join(" ");
    const runs = program === "sh" && rest[0] === "-c" ? (rest[1] ?? "") : `& ${argv.map(argument).join(" ")}`;
    return powershell([...assignments, runs, endsAsItsPrograms].join("\n")).join(" ");
  },
  write: (files) => {
    const lines = files.map(({ path, content }) => {
      const encoded = Buffer.from(content as string).toString("base64");
      return `${JSON.stringify({ path, content: encoded })}\n`;
    });
    return Promise.resolve({ line: powershell(writes).join(" "), input: lines.join("") });
  },
  read: (path) => {
    const script = `$Path = ${psQuoted(path)}
if (-not [IO.File]::Exists($Path)) { exit 44 }
$Content = [IO.File]::ReadAllBytes($Path)
[Console]::OpenStandardOutput().Write($Content, 0, $Content.Length)`;
    return powershell(script).join(" ");
  },
};

const writes = `${readsLines}
while ($null -ne ($Line = $Lines.ReadLine())) {
  $File = $Line | ConvertFrom-Json
  $null = New-Item -ItemType Directory -Force -Path ([IO.Path]::GetDirectoryName($File.path))
  [IO.File]::WriteAllBytes($File.path, [Convert]::FromBase64String($File.content))
}`;

/** PowerShell 5.1 gives a program its arguments without care for double quotes in them. */
function argument(word: string): string {
  return psQuoted(word.replaceAll('"', '\\"'));
}
