import { randomBytes, randomUUID } from "node:crypto";
import { ToolError } from "../../core/errors.js";
import { specHash } from "../../core/hash.js";
import type { MachineObject, Stamp } from "../../topologies/objects.js";
import { claimFolder, type MachineFolder, type MachineRecord, readRecord, tapName } from "./machine-folder.js";
import type { Shared } from "./shared-disk.js";

/** What a new machine's record says beside what was asked for. */
export interface Claim {
  readonly shared: Shared;
  readonly stamp: Stamp;
  readonly nowMs: number;
}

/** The machine's record: made now, or that of one that a killed command left half made. Else a ToolError. */
export function claimMachine(folder: MachineFolder, spec: MachineObject, claimed: Claim): MachineRecord {
  if (readRecord(folder) === undefined) claim(folder, recordOf(spec, claimed));
  return adoptOrRefuse(folder, spec);
}

function recordOf(spec: MachineObject, { shared, stamp, nowMs }: Claim): MachineRecord {
  const { id, lab, node, image, hardware, system } = spec;
  return {
    ...{ id, lab, node, image, memoryMiB: hardware?.memoryMiB ?? 512, stamp, ...(system && { system }) },
    ...{ specHash: specHash(spec), createdMs: nowMs, uuid: randomUUID(), ...shared },
    links: spec.endpoints.map(({ network, ...rest }) => ({
      ...{ network, ...rest, tap: tapName(lab, node, network) },
      // QEMU's own prefix of locally administered addresses.
      mac: `52:54:00:${[...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, "0")).join(":")}`,
    })),
  };
}

function claim(folder: MachineFolder, record: MachineRecord): void {
  try {
    claimFolder(folder, record);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another command was faster, or what is there is no machine's.
    if (readRecord(folder) !== undefined) return;
    throw new ToolError(
      {
        code: code === "ENOSPC" ? "machine/disk-full" : "object/foreign",
        message: `could not make the machine ${record.node} of ${record.lab} in ${folder.path}: ${(error as Error).message}`,
        hint:
          code === "ENOSPC"
            ? "free disk space, or set PLUGFEST_STATE to a folder on another disk"
            : "remove that folder if nobody needs it",
      },
      { cause: error },
    );
  }
}

function adoptOrRefuse(folder: MachineFolder, spec: MachineObject): MachineRecord {
  const found = readRecord(folder);
  if (found?.specHash === specHash(spec) && found.id === spec.id) return found;
  throw new ToolError({
    code: "object/changed",
    message: `could not make the machine ${spec.node} of ${spec.lab}: there is one, made to another specification`,
    hint: `\`plugfest down ${spec.lab}\` removes it`,
  });
}
