import { accessSync, constants, existsSync } from "node:fs";
import type { Accelerator } from "./command-line.js";

const device = "/dev/kvm";

/**
 * Whether this process may try this host's KVM, and if not, why. Cheap, and asked anew each time: what stands against it
 * is quickly cured.
 */
export function lackOfKvm(): string | undefined {
  if (!existsSync(device)) return `there is no ${device}`;
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
    return undefined;
  } catch {
    return `this user may not use ${device}`;
  }
}

/**
 * How machines will run, for people: `lack` is what stands against KVM, `known` what came of it when it was tried.
 * Emulation is said to be that, with its reason.
 */
export function acceleration(lack: string | undefined, known: Accelerator | undefined): string {
  if (lack !== undefined) return `emulated, for ${lack}`;
  switch (known) {
    case "kvm":
      return "with KVM";
    case "tcg":
      return "emulated, for KVM was tried and runs no machine here";
    case undefined:
      return "with KVM, if it proves to work";
  }
}
