import type { LabSpec } from "../topologies/spec.js";
import type { RunRecord } from "./history/line.js";
import type { NightCell } from "./night-cell.js";

/** One run that a night makes. */
export interface Turn {
  readonly cell: NightCell;
  readonly repeat: number;
}

export interface NightWalk {
  /** Cells by lab, in order. */
  readonly labs: readonly (readonly NightCell[])[];
  /** What this night has of them already. */
  readonly done: readonly RunRecord[];
  /** Runs one cell once, and has it in the history before it returns. Throws when the night is to end. */
  readonly play: (turn: Turn) => Promise<void>;
  /** Why no further run is to begin; undefined while one may. */
  readonly whyStop: () => string | undefined;
  /** Sees to it that the next run finds a healthy lab or none. */
  readonly settle: (lab: LabSpec) => Promise<void>;
  /** Removes a lab when the last run in it is over, however it ended. */
  readonly release: (lab: LabSpec) => Promise<void>;
}

/**
 * Runs what is still to be run of a night, one lab after another: each cell of a lab once, then each again, so that an
 * early end leaves something of all. Gives why it ended before the end; null where everything was run.
 */
export async function walkNight(walk: NightWalk): Promise<string | null> {
  for (const cells of walk.labs) {
    const turns = turnsOf(cells, walk.done);
    const lab = cells[0]?.lab.spec;
    if (lab === undefined || turns.length === 0) continue;
    try {
      for (const turn of turns) {
        const why = walk.whyStop();
        if (why !== undefined) return why;
        await walk.play(turn);
        await walk.settle(lab);
      }
    } finally {
      await walk.release(lab);
    }
  }
  return null;
}

/** A repeat that is in the history is not run again; one of another definition is no repeat of this cell. */
export function turnsOf(cells: readonly NightCell[], done: readonly RunRecord[]): Turn[] {
  const key = (cell: string, definition: string, repeat: number) => `${cell} ${definition} ${String(repeat)}`;
  const have = new Set(done.map(({ cell, definition, repeat }) => key(cell, definition, repeat)));
  const most = Math.max(0, ...cells.map(({ repeats }) => repeats));
  return Array.from({ length: most }, (_, index) => index + 1).flatMap((repeat) =>
    cells
      .filter(({ cell, definition, repeats }) => repeat <= repeats && !have.has(key(cell, definition, repeat)))
      .map((cell) => ({ cell, repeat })),
  );
}
