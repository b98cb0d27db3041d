import { sambaVersions } from "../../images/catalogue.js";
import { pinnedLab } from "../../lab/lab-images.js";
import { labAsItIs, labsApart } from "../../nightly/labs/apart.js";
import type { NightLab } from "../../nightly/labs/night-lab.js";
import type { NightCell } from "../../nightly/night-cell.js";
import type { LabHost } from "./hosts/lab-host.js";

/** The labs of a host, apart from each other where several may be at once, and each of one Samba for all of the night. */
export async function labsOn(
  { taken, room }: LabHost,
  groups: readonly (readonly NightCell[])[],
  signal: AbortSignal,
): Promise<NightLab[]> {
  const labs = room.labs === 1 ? groups.flatMap(labAsItIs) : labsApart(groups, taken, { knownSamba: sambaVersions });
  const pinned: NightLab[] = [];
  for (const lab of labs) {
    const spec = await pinnedLab(lab.spec, signal);
    const cells = lab.cells.map((cell) => ({ ...cell, lab: { ...cell.lab, spec } }));
    pinned.push({ ...lab, spec, cells });
  }
  return pinned;
}
