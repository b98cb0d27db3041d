import { existsSync } from "node:fs";
import { ToolError } from "../../../core/errors.js";

/** UEFI's firmware for virtual machines. */
export interface Firmware {
  readonly code: string;
  /** What a machine's variables begin as; each machine has its own. */
  readonly variables: string;
}

/** As Debian's package ovmf has it. */
const firmwares: readonly Firmware[] = [
  { code: "/usr/share/OVMF/OVMF_CODE_4M.fd", variables: "/usr/share/OVMF/OVMF_VARS_4M.fd" },
  { code: "/usr/share/OVMF/OVMF_CODE.fd", variables: "/usr/share/OVMF/OVMF_VARS.fd" },
];

export function findFirmware(has: (path: string) => boolean = existsSync): Firmware | undefined {
  return firmwares.find(({ code, variables }) => has(code) && has(variables));
}

/** The firmware of this host, or a ToolError. */
export function requireFirmware(): Firmware {
  const found = findFirmware();
  if (found !== undefined) return found;
  throw new ToolError({
    code: "machine/no-firmware",
    message: "Windows starts by UEFI, and this host has no such firmware for virtual machines",
    hint: "install ovmf, or let `plugfest doctor --fix` do it",
  });
}
