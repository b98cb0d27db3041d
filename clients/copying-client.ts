import type { EventBody, TransferVerb } from "../core/event.js";
import { cannot } from "./abilities.js";
import type { Ability } from "./abilities.js";
import type { Client, Payload } from "./client.js";
import type { runProgram } from "./program.js";

/** Runs the client's program for one transfer. */
type Transferring = (
  of: { readonly copy: string; readonly verb: TransferVerb; readonly from?: string },
  job: { readonly payload: Payload } & Readonly<Record<string, unknown>>,
  observe: (event: EventBody) => void,
) => ReturnType<typeof runProgram>;

/**
 * A client by a system's own SMB client, which copies both ways and can nothing else: the rest is refused by `validate`, and
 * here, should it come so far.
 */
export function copyingClient(name: string, kind: "cifs" | "windows", run: Transferring): Client {
  const refuse = (ability: Ability) => () => {
    throw new Error(`${name} was asked to ${ability}, which validate refuses: ${cannot(kind, ability) ?? ""}`);
  };
  return {
    name,
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
