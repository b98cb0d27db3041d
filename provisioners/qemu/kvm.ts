import { accessSync, constants, existsSync } from "node:fs";

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
