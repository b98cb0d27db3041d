import { UserError } from "../../core/errors.js";
import { type ChecklistItem, windowsChecklist } from "../../lab/windows-checklist.js";
import type { HostSpec } from "../../topologies/spec.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { flagError } from "../flag-error.js";

export interface DoctorWindowsFlags {
  readonly windows: string;
  readonly key?: string;
  readonly hostKey?: string;
  readonly address?: string;
  readonly json?: boolean;
}

/** Tries on a Windows host, step by step, what plugfest does on one. */
export async function doctorWindows(context: CliContext, flags: DoctorWindowsFlags): Promise<number> {
  const { address, hostKey = "" } = flags;
  const items = await windowsChecklist(
    { ...placeOf(flags), hostKey },
    { clock: context.clock, addresses: address === undefined ? [] : [address] },
  );
  context.out.write(flags.json === true ? `${JSON.stringify(items)}\n` : `${items.map(describe).join("\n")}\n`);
  return items.every(({ status }) => status === "ok") ? exitCode.pass : exitCode.testbed;
}

/** `user@host`, `user@host:port`. */
function placeOf({ windows, key }: DoctorWindowsFlags): Omit<HostSpec, "hostKey"> {
  const found = /^([^@\s]+)@([^@:\s]+)(?::(\d{1,5}))?$/.exec(windows);
  if (found === null) {
    const message = `expected <user>@<host> or <user>@<host>:<port>, got "${windows}"`;
    throw new UserError([flagError("--windows", { message })]);
  }
  const [, user = "", address = "", port = "22"] = found;
  return { user, address, port: Number(port), keyFile: key ?? null };
}

function describe({ name, status, detail, hint }: ChecklistItem): string {
  const line = `${status.padEnd(8)} ${name.padEnd(16)} ${detail}`;
  return hint === undefined ? line : `${line}\n${" ".repeat(26)}${hint}`;
}
