import { type SshConnection, sshConnect } from "../../ssh/ssh-connection.js";

/** Who wants in, at a port of this host that QEMU has forwarded. */
export interface Knock {
  readonly port: number;
  readonly user: string;
  readonly privateKey: string;
}

/** What came of it: a connection, or why not; and whether that is final, for it was heard and is not let in. */
export type Answer = { readonly connection: SshConnection } | { readonly why: string; readonly isRefused: boolean };

/** Tries once to get into a Windows that may not have started yet. */
export async function knock({ port, user, privateKey }: Knock): Promise<Answer> {
  try {
    const connection = await sshConnect({
      ...{ host: "127.0.0.1", port, user, by: { privateKey }, withinMs: 60_000 },
      // It is the only one behind this port, which QEMU has.
      accepts: () => true,
    });
    return { connection };
  } catch (error) {
    const why = (error as Error).message;
    return { why, isRefused: why.includes("authentication methods failed") };
  }
}
