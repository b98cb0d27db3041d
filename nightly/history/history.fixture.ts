import type { NightStarted, PlannedCell, RunRecord } from "./line.js";

export function plannedCell(cell: string, change: Partial<PlannedCell> = {}): PlannedCell {
  return {
    ...{ cell, scenario: "disable", topology: "redmond", samba: "4.25", profile: "persistent", repeats: 1 },
    definition: "d",
    ...change,
  };
}

/** A night that begins, in 2026; `night` sorts as its time does. */
export function nightStarted(night: string, cells: readonly PlannedCell[] = [plannedCell("one")]): NightStarted {
  return { v: 1, type: "night.started", night, atMs: Date.UTC(2026, 9, 1), version: "0.1.0", cells };
}

export function runRecord(night: string, change: Partial<RunRecord> = {}): RunRecord {
  return {
    ...{ v: 1, type: "run", night, cell: "one", repeat: 1, definition: "d", startedMs: 0, ms: 20_000 },
    ...{ outcome: "pass", reasons: [], grade: "G4", failovers: 1, stallMs: 400, phases: { takeover: 160 } },
    ...{ versions: {}, folder: "cells/one/1" },
    ...change,
  };
}
