import { UserError } from "../core/errors.js";
import type { Diagnostic } from "../core/diagnostic.js";
import { specHash } from "../core/hash.js";
import type { Path } from "../core/source.js";
import type { LoadedScenario } from "../scenarios/load.js";
import { withSize } from "../scenarios/with-size.js";
import { changedTopology, loadTopology } from "../topologies/load.js";
import type { LoadedTopology, LoadOptions } from "../topologies/load.js";
import { withNodeSamba } from "../topologies/node-samba.js";
import type { LabSpec } from "../topologies/spec.js";
import type { NightCell } from "./night-cell.js";
import type { CellNames } from "./exclude.js";
import type { Nightly } from "./load.js";
import type { Written } from "./written.js";

/** What the nightly wants of one combination, with the place of each value in its list. */
export interface Wish {
  readonly topology: Value | undefined;
  readonly samba: Value | undefined;
  readonly profile: Value | undefined;
}

interface Value {
  readonly value: string;
  /** What cells call it, where that is something else. */
  readonly name?: string;
  readonly index: number;
}

export type Placed =
  | { readonly names: CellNames; readonly cell: NightCell }
  | { readonly names: CellNames; readonly complaints: readonly Diagnostic[] };

/** A scenario in the lab of one combination, or what is wrong with that. */
export function placed(
  written: Written,
  wish: Wish,
  nightly: Nightly,
  { knownSamba, host }: Pick<LoadOptions, "knownSamba" | "host">,
): Placed {
  const asked = wish.topology?.value;
  const options = { knownSamba, ...(host && { host }) };
  let base: LoadedTopology | undefined;
  try {
    const first = written.read(1);
    base =
      asked === undefined
        ? loadTopology(first.scenario.topology, { cwd: written.folder, ...options })
        : loadTopology(asked, { cwd: nightly.folder, ...options });
    const lab = changedTopology(base, { samba: wish.samba?.value, profile: wish.profile?.value }, { knownSamba });
    const names = namesOf(written.name, lab.spec);
    return { names, cell: cellOf(written, lab, names, nightly) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const names =
      base === undefined
        ? {
            cell: "",
            scenario: written.name,
            topology: asked ?? "",
            samba: wish.samba === undefined ? "" : nameOf(wish.samba),
            profile: "",
          }
        : withWish(namesOf(written.name, base.spec), wish);
    const complaints = base === undefined ? located(error, wish, nightly) : impossible(error, names, wish, nightly);
    return { names, complaints };
  }
}

function cellOf(written: Written, lab: LoadedTopology, names: CellNames, { file }: Nightly): NightCell {
  const { size } = file;
  const sized = (loaded: LoadedScenario) =>
    size === undefined ? loaded : { ...loaded, scenario: withSize(loaded.scenario, size) };
  const { name, value } = { name: written.name, value: written.read(1).source.value };
  // Where the topology lies is no part of what is run, and what a Samba of some name is made from is what is tested.
  const nodes = lab.spec.nodes.map((node) => withNodeSamba(node, node.samba));
  const definition = specHash({ name, scenario: value, spec: { ...lab.spec, nodes, source: "" }, size });
  return { ...names, repeats: file.repeats, definition, lab, scenarioOf: (repeat) => sized(written.read(repeat)) };
}

function namesOf(scenario: string, { name: topology, nodes, cluster: { profile } }: LabSpec): CellNames {
  const samba = [...new Set(nodes.map((node) => node.samba))].join("+");
  return { cell: [scenario, topology, samba, profile].join("_"), scenario, topology, samba, profile };
}

function withWish(names: CellNames, { samba, profile }: Wish): CellNames {
  return {
    ...names,
    cell: "",
    ...(samba === undefined ? {} : { samba: nameOf(samba) }),
    ...(profile === undefined ? {} : { profile: profile.value }),
  };
}

function nameOf({ name, value }: Value): string {
  return name ?? value;
}

/** A topology that cannot be read is wrong where it is named; what is wrong in a file is told there. */
function located({ diagnostics }: UserError, { topology }: Wish, { source }: Nightly): Diagnostic[] {
  const path: Path = topology === undefined ? ["scenarios"] : ["topologies", topology.index];
  return diagnostics.map((each) => ({ position: source.positionOf(path), ...each }));
}

/** The topology by itself is sound: it is the combination that is not. */
function impossible({ diagnostics }: UserError, names: CellNames, wish: Wish, { source }: Nightly): Diagnostic[] {
  const path: Path = wish.profile === undefined ? ["samba", wish.samba?.index ?? 0] : ["profiles", wish.profile.index];
  const { topology, samba, profile } = names;
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => ({
      code: "nightly/impossible-combination",
      severity: "error",
      message: `${topology} with Samba ${samba}, ${profile}: ${message}`,
      position: source.positionOf(path),
      hint: `exclude it: - { samba: "${samba}", profile: ${profile} }`,
    }));
}
