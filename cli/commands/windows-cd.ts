import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "../../core/errors.js";
import { writeAnswerCd } from "../../images/windows-cd/answer-cd.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { flagError } from "../flag-error.js";

export interface WindowsCdFlags {
  readonly iso: string;
  readonly authorizedKey: string;
  readonly out: string;
  readonly edition?: string;
  readonly productKey?: string;
  readonly language: string;
  readonly openssh?: string;
  readonly drivers?: string;
  readonly mac?: string;
  readonly address?: string;
}

/** Writes the CD by which a medium of Windows installs itself and becomes a host for clients of kind windows. */
export async function windowsCd(context: CliContext, flags: WindowsCdFlags): Promise<number> {
  const at = (path: string) => resolve(context.cwd, path);
  const out = at(flags.out);
  const { user, password } = await writeAnswerCd({
    ...{ iso: at(flags.iso), out, becomes: { authorizedKey: keyIn(at(flags.authorizedKey)), link: linkOf(flags) } },
    ...{ edition: flags.edition, productKey: flags.productKey, language: flags.language },
    openssh: flags.openssh === undefined ? undefined : at(flags.openssh),
    drivers: flags.drivers === undefined ? undefined : at(flags.drivers),
  });
  const lines = [
    `${flags.out}: give it to the machine as a second CD, and start the machine from ${flags.iso}: its disk is wiped`,
    `then: ssh.user is ${user}, ssh.hostKey is at the end of C:\\plugfest\\prepared.txt there`,
    `at its console ${user} has the password ${password}`,
  ];
  context.out.write(`${lines.join("\n")}\n`);
  return exitCode.pass;
}

function keyIn(path: string): string {
  try {
    const key = readFileSync(path, "utf8").trim();
    if (/^(ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/=]+( |$)/.test(key)) return key;
  } catch (error) {
    throw refused("--authorized-key", `${path} cannot be read: ${(error as Error).message}`);
  }
  throw refused("--authorized-key", `${path} is no public key as ssh-keygen writes it (.pub)`);
}

function linkOf({ mac, address }: WindowsCdFlags) {
  if (mac === undefined && address === undefined) return undefined;
  const [, ip = "", prefix = ""] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(address ?? "") ?? [];
  if (ip === "" || Number(prefix) > 32)
    throw refused("--address", "expected an address and a prefix, such as 10.77.2.201/24, with --mac");
  const digits = /^[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}$/.exec(mac ?? "")?.[0];
  if (digits === undefined)
    throw refused("--mac", "expected the address of the network card on the lab's network, such as 52:54:00:12:34:56");
  return { mac: digits.replaceAll(":", "-").toUpperCase(), address: ip, prefix: Number(prefix) };
}

function refused(flag: string, message: string): UserError {
  return new UserError([flagError(flag, { message })]);
}
