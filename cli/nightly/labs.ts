import { sambaVersions } from "../../images/catalogue.js";
import { pinnedLab } from "../../lab/lab-images.js";
import type { Night } from "../../nightly/history/read.js";
import { labAsItIs, labsApart } from "../../nightly/labs/apart.js";
import type { NightLab } from "../../nightly/labs/night-lab.js";
import type { NightCell } from "../../nightly/night-cell.js";
import { inLabs } from "../../nightly/order.js";
import type { NightlyFile } from "../../nightly/schema.js";
import type { Provisioner } from "../../provisioners/provisioner.js";

export interface LabsWanted {
  readonly file: NightlyFile;
  readonly cells: readonly NightCell[];
  readonly before: readonly Night[];
}

/** The labs of the night, apart from each other where several may be at once, and each of one Samba for all of it. */
export async function labsOfNight(
  { file, cells, before }: LabsWanted,
  provisioner: Provisioner,
  signal: AbortSignal,
): Promise<NightLab[]> {
  const groups = inLabs(cells, before);
  const labs =
    file.parallel === 1
      ? groups.flatMap(labAsItIs)
      : labsApart(
          groups,
          {
            labs: (await provisioner.observe({}, signal)).map(({ lab }) => lab),
            subnets: await provisioner.occupiedSubnets(signal),
          },
          { knownSamba: sambaVersions },
        );
  const pinned: NightLab[] = [];
  for (const lab of labs) {
    const spec = await pinnedLab(lab.spec, signal);
    const own = lab.cells.map((cell) => ({ ...cell, lab: { ...cell.lab, spec } }));
    pinned.push({ ...lab, spec, cells: own });
  }
  return pinned;
}
