import { powershell, readsLines } from "../core/powershell.js";
import type { Remote } from "../core/remote.js";
import { windowsScript, windowsSource } from "../images/windows-program.js";
import type { Client } from "./client.js";
import { copyingClient } from "./copying-client.js";
import { type Program, runProgram } from "./program.js";

/** Runs the script that standard input begins with, and leaves the rest of it to that script. */
const bootstrap = `${readsLines}
$text = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Lines.ReadLine()))
& ([ScriptBlock]::Create($text)) $Lines`;

/** The program comes by standard input, before its job: nothing of it is left on the host. */
export function windowsProgram(): Program {
  const opening = [windowsScript(), windowsSource()]
    .map((text) => `${Buffer.from(text).toString("base64")}\n`)
    .join("");
  return { argv: powershell(bootstrap), opening };
}

/**
 * Windows' own SMB client, on a host that has it. A small program connects to the share and copies past every cache, asking
 * for nothing twice; what the client does about a lost server, it does by itself.
 */
export function windowsClient(machine: Remote): Client {
  return copyingClient(machine.node, "windows", (of, { payload, ...job }, observe) => {
    const { sizeBytes: size, seed, run } = payload;
    return runProgram(machine, {
      ...{ program: windowsProgram(), ...of, observe },
      job: { verb: of.verb, ...job, size, seed, run, generation: 1 },
    });
  });
}
