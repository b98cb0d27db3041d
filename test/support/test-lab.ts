import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import type { Event } from "../../core/event.js";
import { readEvents } from "../../core/event-log.js";
import { folder, plugfest, type Ran } from "./plugfest.js";

/** What a run left behind. */
export interface LeftBehind {
  /** The run's folder. */
  readonly path: string;
  readonly events: readonly Event[];
  readonly of: <T extends Event["type"]>(type: T) => Extract<Event, { type: T }>[];
}

export interface Played extends LeftBehind {
  readonly ran: Ran;
  /** All that it said, to be shown where it went otherwise than expected. */
  readonly told: string;
}

export interface TestLab {
  readonly name: string;
  /** A folder with the topology as lab.yaml, in which plugfest runs. */
  readonly path: () => string;
  readonly run: (...args: string[]) => Promise<Ran>;
  /** Runs a scenario of this name and these steps in the lab. */
  readonly play: (name: string, steps: string, ...flags: string[]) => Promise<Played>;
}

/**
 * The lab of all tests of a file or of a block: up before the first of them, unless that is for the tests to do, and gone
 * after the last.
 */
export function testLab(topology: string, { up = true }: { readonly up?: boolean } = {}): TestLab {
  const name = /^name: (.+)$/m.exec(topology)?.[1] ?? "";
  let place: ReturnType<typeof folder>;
  const run = (...args: string[]) => plugfest(args, { cwd: place.path });
  beforeAll(async () => {
    place = folder({ "lab.yaml": topology });
    if (!up) return;
    const ran = await run("up", "./lab.yaml");
    expect(ran.exit, ran.stdout + ran.stderr).toBe(0);
  });
  afterAll(async () => {
    await plugfest(["down", name]);
    place[Symbol.dispose]();
  });
  return {
    name,
    path: () => place.path,
    run,
    play: async (scenario, steps, ...flags) => {
      const text = `name: ${scenario}\ntopology: ./lab.yaml\nsteps:\n${steps}`;
      writeFileSync(join(place.path, `${scenario}.yaml`), text);
      const ran = await run("run", `./${scenario}.yaml`, ...flags);
      const told = ran.stdout + ran.stderr;
      expect(ran.exit, told).not.toBe(3);
      return { ran, told, ...leftBehind(place.path, scenario) };
    },
  };
}

/** What the last run of a scenario left behind, of those that were made in a folder. */
export function leftBehind(folder: string, scenario: string): LeftBehind {
  const path = join(folder, "runs", scenario, "latest");
  const events = readEvents(join(path, "events.jsonl"));
  return {
    ...{ path, events },
    of: <T extends Event["type"]>(type: T) =>
      events.filter((event): event is Extract<Event, { type: T }> => event.type === type),
  };
}
