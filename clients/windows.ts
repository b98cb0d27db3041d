import { powershell, readsLines } from "../core/powershell.js";
import type { EventBody, TransferVerb } from "../core/event.js";
import type { Remote } from "../core/remote.js";
import { windowsScript, windowsSource } from "../images/windows-program.js";
import { cannot } from "./abilities.js";
import type { Ability } from "./abilities.js";
import type { Client, Payload } from "./client.js";
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
  const run = (
    of: { readonly copy: string; readonly verb: TransferVerb; readonly from?: string },
    { payload, ...job }: { readonly payload: Payload } & Readonly<Record<string, unknown>>,
    observe: (event: EventBody) => void,
  ) => {
    const { sizeBytes: size, seed, run } = payload;
    return runProgram(machine, {
      ...{ program: windowsProgram(), ...of, observe },
      job: { verb: of.verb, ...job, size, seed, run, generation: 1 },
    });
  };
  const refuse = (ability: Ability) => () => {
    throw new Error(
      `${machine.node} was asked to ${ability}, which validate refuses: ${cannot("windows", ability) ?? ""}`,
    );
  };
  return {
    name: machine.node,
    sessionKeys: () => Promise.resolve(undefined),
    put: ({ copy, share, path, payload, addresses, marks, rate }, observe) =>
      run({ copy, verb: "put" }, { addresses, share, path, marks, rate, payload }, observe),
    read: ({ copy, share, path, payload, addresses, marks, rate }, observe) =>
      run({ copy, verb: "get" }, { addresses, share, path, marks, rate, payload }, observe),
    get: ({ copy, from, share, path, payload, address }, observe) =>
      run({ copy, verb: "get", from }, { addresses: [address], share, path, payload }, observe),
    putFiles: refuse("files"),
    rename: refuse("rename"),
    serverCopy: refuse("server-copy"),
    fsctl: refuse("fsctl"),
    hold: refuse("hold"),
    contend: refuse("hold"),
  };
}
