import type { TransferVerb } from "../core/event.js";
import type { ClientKind } from "../topologies/spec.js";

/** What a client may be asked to do. */
export type Ability = Exclude<TransferVerb, "store"> | "fsctl";

const alone = "no program can ask the kernel's client for";

/** What each kind cannot do, and why; the rest it can. */
const lacking: Readonly<Record<ClientKind, Readonly<Partial<Record<Ability, string>>>>> = {
  smb3: {},
  cifs: {
    hold: `${alone} a lease of its choice, nor learn what became of it`,
    fsctl: `${alone} an FSCTL of its choice`,
    files: "the kernel's client copies and reads single files here",
    rename: "the kernel's client copies and reads single files here",
    "server-copy": "the kernel's client copies and reads single files here",
  },
  windows: {
    hold: "no program can ask Windows for a lease of its choice, nor learn what became of it",
    fsctl: "a Windows client copies and reads single files here",
    files: "a Windows client copies and reads single files here",
    rename: "a Windows client copies and reads single files here",
    "server-copy": "a Windows client copies and reads single files here",
  },
};

/** Why a kind of client cannot do this; undefined where it can. */
export function cannot(kind: ClientKind, ability: Ability): string | undefined {
  return lacking[kind][ability];
}
