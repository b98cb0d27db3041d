import { unreachable } from "../../core/assert.js";
import { ToolError } from "../../core/errors.js";
import type { Power } from "../provisioner.js";
import { imageOf, startMachine } from "./create-machine.js";
import type { MachineFolder, MachineRecord } from "./machine-folder.js";
import { killQemu, powerOf } from "./qemu-process.js";
import { qmp } from "./qmp.js";
import type { QemuSurroundings } from "./surroundings.js";
import { startWindows } from "./windows/windows-machine.js";

/**
 * Gives a machine its power, takes it at once, or has it stand still; twice is once. Returns whether it was otherwise before.
 */
export async function setPower(
  folder: MachineFolder,
  record: MachineRecord,
  to: Power,
  surroundings: QemuSurroundings,
): Promise<boolean> {
  const { node, lab } = record;
  const now = await powerOf(folder, record);
  if (now === to) return false;
  switch (to) {
    case "off":
      await killQemu(folder, record, surroundings.clock);
      return true;
    case "on":
      if (now === "off" && record.system === "windows") {
        await startWindows(folder, record, surroundings);
      } else if (now === "off") {
        const image = imageOf(record, surroundings.stateFolder);
        await startMachine({ folder, record, image, surroundings });
      } else {
        await qmp(folder, node, { execute: "cont" });
      }
      return true;
    case "frozen":
      if (now === "off") {
        throw new ToolError({
          code: "machine/off",
          message: `cannot freeze ${node} of ${lab}: it is off`,
          hint: "give it power first",
        });
      }
      await qmp(folder, node, { execute: "stop" });
      return true;
    default:
      return unreachable(to);
  }
}
