import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { ServerHostKeyAlgorithm } from "ssh2";
import { ToolError } from "../../core/errors.js";
import type { HostSpec } from "../../topologies/spec.js";
import { fingerprint, keySort } from "./fingerprint.js";
import { type SshConnection, type SshTarget, sshConnect } from "./ssh-connection.js";

/** A host answers within this, or it is taken for unreachable. */
const withinMs = 10_000;

/** A host shows one key at a time, of a sort that is asked for: the pinned one may be of any. */
const keySorts: readonly (readonly ServerHostKeyAlgorithm[])[] = [
  ["ssh-ed25519"],
  ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
  ["rsa-sha2-512", "rsa-sha2-256"],
];

/** Where the user wrote of a host, for hints. */
export interface Written {
  /** The file's sort. */
  readonly file: string;
  /** What its fields are called there: a path to them, or flags of a command. */
  readonly at: string;
  readonly flags?: Readonly<Record<"hostKey" | "keyFile", string>>;
  /** What the host runs, which decides where its keys are; left out: Linux. */
  readonly system?: "linux" | "windows";
}

function field(name: "hostKey" | "keyFile", { at, flags }: Written): string {
  return flags?.[name] ?? `${at}.${name}`;
}

/**
 * Connects to a host that is there already. Every way in which that fails is a ToolError that says what to do; `name` is
 * what the user calls it.
 */
export async function connectHost(
  name: string,
  host: HostSpec,
  env: NodeJS.ProcessEnv = process.env,
  written: Written = { file: "topology", at: `clients.${name}.ssh` },
): Promise<SshConnection> {
  const by = credentials(name, host, env, written);
  const shown: string[] = [];
  for (const serverHostKey of keySorts) {
    const before = shown.length;
    try {
      return await sshConnect({
        ...{ host: host.address, port: host.port, user: host.user, by, withinMs, aliveMs: withinMs },
        algorithms: { serverHostKey: [...serverHostKey] },
        accepts: (key) => {
          const is = fingerprint(key);
          if (is === host.hostKey) return true;
          shown.push(`${is} (${keySort(key)})`);
          return false;
        },
      });
    } catch (error) {
      if (shown.length > before || hasNoKeyOfThatSort(error)) continue;
      throw unreachable(name, host, by, { error, written });
    }
  }
  throw new ToolError({
    code: "host/other-key",
    message: `${named(name, host)} is another host than the ${written.file} says: it has ${shown.join(", ") || "no host key that is known"}, and ${field("hostKey", written)} is ${host.hostKey === "" ? "not given" : host.hostKey}`,
    hint: `compare at its own console (ssh-keygen -lf ${keys(written).ofHost}): where it is the right one, write its fingerprint`,
  });
}

/** Where a host has its own key, and how a user's comes there. */
function keys({ system }: Written, { port, user, address }: Partial<HostSpec> = {}) {
  return system === "windows"
    ? {
        ofHost: "C:\\ProgramData\\ssh\\ssh_host_ed25519_key.pub",
        toUser:
          "a line of C:\\ProgramData\\ssh\\administrators_authorized_keys there, a file that only administrators and the system may write (docs/windows.md)",
      }
    : {
        ofHost: "/etc/ssh/ssh_host_ed25519_key.pub",
        toUser: `a line of that user's authorized_keys there: ssh-copy-id -p ${String(port)} ${user ?? ""}@${address ?? ""}`,
      };
}

function credentials(name: string, { keyFile }: HostSpec, env: NodeJS.ProcessEnv, written: Written): SshTarget["by"] {
  if (keyFile === null) {
    const agent = env["SSH_AUTH_SOCK"];
    if (agent !== undefined && agent !== "") return { agent };
    throw new ToolError({
      code: "host/no-key",
      message: `nothing opens the host of ${name}: no ssh-agent runs (SSH_AUTH_SOCK is not set)`,
      hint: `start one and ssh-add the key, or write ${field("keyFile", written)}`,
    });
  }
  const path = keyFile.startsWith("~/") ? join(homedir(), keyFile.slice(2)) : keyFile;
  try {
    return { privateKey: readFileSync(path, "utf8") };
  } catch (error) {
    throw new ToolError({
      code: "host/no-key",
      message: `the key of ${name}'s host cannot be read: ${(error as Error).message}`,
      hint: `write in ${field("keyFile", written)} where the private key is`,
    });
  }
}

/** The name of a host for people: `pc (root@192.168.1.20)`. */
export function named(name: string, { user, address, port }: HostSpec): string {
  return `${name} (${user}@${address}${port === 22 ? "" : `, port ${String(port)}`})`;
}

function hasNoKeyOfThatSort(error: unknown): boolean {
  return (error as Error).message.includes("no matching host key format");
}

function unreachable(
  name: string,
  host: HostSpec,
  by: SshTarget["by"],
  { error, written }: { readonly error: unknown; readonly written: Written },
): ToolError {
  const { message, level, code } = error as Error & { readonly level?: string; readonly code?: string };
  const where = named(name, host);
  if (message.startsWith("Cannot parse privateKey")) {
    const locked = message.includes("no passphrase");
    return new ToolError({
      code: "host/no-key",
      message: `the key of ${name}'s host, ${host.keyFile ?? ""}, cannot be used: ${locked ? "it has a passphrase" : message}`,
      hint: locked
        ? `ssh-add it to an agent, and remove ${field("keyFile", written)}`
        : "it must be a private key as ssh-keygen makes it",
    });
  }
  if (level === "client-authentication" || message.includes("authentication methods failed")) {
    const key = "agent" in by ? "by any key of the ssh-agent" : `by the key ${host.keyFile ?? ""}`;
    return new ToolError({
      code: "host/denied",
      message: `${where} does not let ${host.user} in ${key}`,
      hint: `make the public key ${keys(written, host).toUser}`,
    });
  }
  const reasons: Readonly<Record<string, string>> = {
    ECONNREFUSED: "nothing listens there: is its sshd running?",
    ENOTFOUND: "no such name is known",
    EAI_AGAIN: "its name could not be looked up",
    EHOSTUNREACH: "no way leads there, or it is off",
    ENETUNREACH: "no way leads there",
    ETIMEDOUT: "it does not answer",
  };
  const dropped = /lost before handshake|was closed/.test(message)
    ? "it hung up at once: sshd does so for a while after several attempts in vain"
    : undefined;
  const late = message.includes("Timed out") ? `it did not answer within ${String(withinMs / 1000)} s` : undefined;
  return new ToolError(
    {
      code: "host/unreachable",
      message: `${where} cannot be reached by ssh: ${late ?? dropped ?? reasons[code ?? ""] ?? message}`,
      hint: `try: ssh -p ${String(host.port)} ${host.user}@${host.address} true`,
    },
    { cause: error },
  );
}
