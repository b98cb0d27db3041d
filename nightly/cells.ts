import { resolve } from "node:path";
import { UserError } from "../core/errors.js";
import type { Diagnostic } from "../core/diagnostic.js";
import { diagnosticsAt } from "../core/finding.js";
import { suggestHint } from "../core/suggest.js";
import type { Finding } from "../core/finding.js";
import type { KernelFacts } from "../provisioners/host/kernel.js";
import { checkScenario } from "../scenarios/load.js";
import type { HostKernel } from "../topologies/host-kernel.js";
import { isSambaFile, loadSamba } from "../topologies/samba-file.js";
import { checkExclusions, excludersOf } from "./exclude.js";
import { hostsOf, LOCAL, whyHere } from "./hosts/hosts.js";
import type { NightCell } from "./night-cell.js";
import type { Nightly } from "./load.js";
import { placed } from "./place.js";
import type { Wish } from "./place.js";
import { writtenScenarios } from "./written.js";

export interface CellOptions {
  readonly knownSamba: readonly string[];
  readonly kernel: KernelFacts;
  /** What containers have here, where the topologies are read. */
  readonly host?: HostKernel;
}

/**
 * Every cell of a nightly: scenarios times topologies times Samba versions times profiles, without what is excluded.
 * Throws a UserError with all that is wrong with any of them.
 */
export async function cellsOf(nightly: Nightly, options: CellOptions): Promise<NightCell[]> {
  const { file, source } = nightly;
  const refuse = (found: readonly Finding[]) => {
    if (found.length > 0) throw new UserError(diagnosticsAt(source, found, "nightly"));
  };
  refuse(checkVersions(nightly, options.knownSamba));
  const written = await writtenScenarios(nightly);
  const told = new Map<string, Diagnostic>();
  const tell = (found: readonly Diagnostic[]) => {
    for (const one of found) told.set(JSON.stringify([one.code, one.message, one.position]), one);
  };
  const cells: NightCell[] = [];
  const used = new Set<number>();
  for (const scenario of written) {
    for (const wish of wishesOf(nightly)) {
      const found = placed(scenario, wish, nightly, options);
      const excluders = excludersOf(file, found.names);
      excluders.forEach((index) => used.add(index));
      if (excluders.length > 0) continue;
      if ("complaints" in found) {
        tell(found.complaints);
        continue;
      }
      tell(complaintsOf(found.cell, options.kernel));
      cells.push(found.cell);
    }
  }
  if (told.size > 0) throw new UserError([...told.values()]);
  refuse([...checkExclusions(file, used, cells.length), ...checkNames(cells), ...checkHosts(nightly, cells)]);
  return cells;
}

/** Every combination of what the file names, the profile changing fastest. */
function wishesOf({ file, folder }: Nightly): Wish[] {
  const indexed = <T>(values: readonly T[] | undefined) =>
    values === undefined ? [undefined] : values.map((value, index) => ({ value, index }));
  const sambas = indexed(file.samba).map((samba) =>
    samba !== undefined && isSambaFile(samba.value)
      ? { ...samba, value: resolve(folder, samba.value), name: loadSamba(samba.value, folder).name }
      : samba,
  );
  return indexed(file.topologies).flatMap((topology) =>
    sambas.flatMap((samba) => indexed(file.profiles).map((profile) => ({ topology, samba, profile }))),
  );
}

function complaintsOf(cell: NightCell, kernel: KernelFacts): readonly Diagnostic[] {
  try {
    return checkScenario(cell.scenarioOf(1), cell.lab.spec, kernel);
  } catch (error) {
    if (error instanceof UserError) return error.diagnostics;
    throw error;
  }
}

function checkVersions({ file }: Nightly, known: readonly string[]): Finding[] {
  return (file.samba ?? []).flatMap((version, index) =>
    known.includes(version) || isSambaFile(version)
      ? []
      : [
          {
            ...{ path: ["samba", index], code: "unknown-samba", message: `no image has Samba ${version}` },
            hint: suggestHint(version, known),
          },
        ],
  );
}

/** What needs something of this machine cannot be where this machine is not. */
function checkHosts({ file }: Nightly, cells: readonly NightCell[]): Finding[] {
  if (hostsOf(file).some(({ name }) => name === LOCAL)) return [];
  const hint = "add `local: {}` to hosts: such cells are run there";
  return cells.flatMap((cell) => {
    const why = whyHere(cell);
    if (why === undefined) return [];
    return [{ path: ["hosts"], code: "not-elsewhere", message: `${cell.cell} is for this machine: ${why}`, hint }];
  });
}

/** Two cells of one name would be one in the history. */
function checkNames(cells: readonly NightCell[]): Finding[] {
  const seen = new Set<string>();
  return cells.flatMap(({ cell }) => {
    if (!seen.has(cell)) {
      seen.add(cell);
      return [];
    }
    const message = `two cells are called ${cell}`;
    return [
      { path: ["scenarios"], code: "same-cell", message, hint: "give scenarios and topologies names of their own" },
    ];
  });
}
