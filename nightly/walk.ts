import type { LoadedTopology } from "../topologies/load.js";
import type { RunRecord } from "./history/line.js";
import { atOnce } from "./labs/at-once.js";
import type { Room } from "./labs/at-once.js";
import type { NightLab } from "./labs/night-lab.js";
import type { NightCell } from "./night-cell.js";

/** One run that a night makes. */
export interface Turn {
  readonly cell: NightCell;
  readonly repeat: number;
}

export interface NightWalk {
  /** In order. */
  readonly labs: readonly NightLab[];
  /** How many of them may be at once. */
  readonly room: Room;
  /** What this night has of them already. */
  readonly done: readonly RunRecord[];
  /**
   * Runs one cell once, and has it in the history before it returns. Throws when the night is to end; the signal aborts
   * when that is because of another lab.
   */
  readonly play: (turn: Turn, signal: AbortSignal) => Promise<void>;
  /** Why no further run is to begin; undefined while one may. */
  readonly whyStop: () => string | undefined;
  /** Sees to it that the next run finds a healthy lab or none. */
  readonly settle: (lab: LoadedTopology, signal: AbortSignal) => Promise<void>;
  /** Removes a lab when the last run in it is over, however it ended. */
  readonly release: (lab: LoadedTopology) => Promise<void>;
}

/**
 * Runs what is still to be run of a night, in as many labs at once as there is room for: each cell of a lab once, then each
 * again, so that an early end leaves something of all. Gives why it ended before the end; null where everything was run.
 */
export async function walkNight({ labs, room, done, ...walk }: NightWalk): Promise<string | null> {
  let cut: string | null = null;
  const left = labs.filter(({ cells }) => turnsOf(cells, done).length > 0);
  await atOnce(left, room, async ({ cells }, signal) => {
    const lab = cells[0]?.lab;
    if (cut !== null || lab === undefined) return;
    try {
      for (const turn of turnsOf(cells, done)) {
        cut ??= walk.whyStop() ?? null;
        if (cut !== null) return;
        signal.throwIfAborted();
        await walk.play(turn, signal);
        await walk.settle(lab, signal);
      }
    } finally {
      await walk.release(lab);
    }
  });
  return cut;
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
