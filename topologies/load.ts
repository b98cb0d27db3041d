import { readdirSync, readFileSync } from "node:fs";
import type { z } from "zod";
import { basename, dirname, resolve } from "node:path";
import type { Diagnostic } from "../core/diagnostic.js";
import { UserError } from "../core/errors.js";
import { diagnosticsAt } from "../core/finding.js";
import { asset } from "../core/paths.js";
import { parseYaml } from "../core/source.js";
import type { Source } from "../core/source.js";
import { suggest } from "../core/suggest.js";
import { validateWith } from "../core/validate.js";
import { rewriteYaml } from "../core/rewrite-yaml.js";
import type { SambaBuild } from "../core/samba-build.js";
import { checkTopology } from "./check.js";
import { sambasOf } from "./defaults.js";
import { type HostKernel, unknownHost } from "./host-kernel.js";
import { resolveTopology } from "./resolve.js";
import { findKernel } from "./kernel-file.js";
import { isSambaFile, loadSamba } from "./samba-file.js";
import { topologySchema } from "./schema.js";
import type { TopologyFile } from "./schema.js";
import type { LabSpec } from "./spec.js";

export interface LoadOptions {
  /** What relative paths start from. */
  readonly cwd: string;
  /** The Samba versions that images exist for, oldest first. */
  readonly knownSamba: readonly string[];
  /** What containers have here. Left out: nobody looked, so that what takes its modules takes virtual machines. */
  readonly host?: HostKernel;
}

export interface LoadedTopology {
  readonly spec: LabSpec;
  readonly source: Source;
  /** What it was read for. */
  readonly host: HostKernel;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Loads a shipped topology by its name (`redmond`), or any by its path (with a slash or a suffix). Throws a UserError
 * with everything that is wrong, warnings included.
 */
export function loadTopology(nameOrPath: string, options: LoadOptions): LoadedTopology {
  const { file, text } = read(nameOrPath, options.cwd);
  return readTopology(file, text, options);
}

/** The same for a text that was read already. `file` is its name in diagnostics. */
export function readTopology(
  file: string,
  text: string,
  { knownSamba, cwd = ".", host = unknownHost }: Pick<LoadOptions, "knownSamba"> & Partial<LoadOptions>,
): LoadedTopology {
  const source = parseYaml(file, text);
  const validated = validateWith(topologySchema, source, { codePrefix });
  if (!validated.ok) throw new UserError(validated.diagnostics);
  const folder = dirname(resolve(cwd, file));
  const topology = withBuilds(withKernel({ ...validated.value, host }, source, folder), source, folder);
  const diagnostics = diagnosticsAt(source, checkTopology(topology, knownSamba), codePrefix);
  if (diagnostics.some(({ severity }) => severity === "error")) throw new UserError(diagnostics);
  const loaded = { spec: resolveTopology(topology, file), source: movable(topology, source, folder) };
  return { ...loaded, host, warnings: diagnostics };
}

/** The topology with another Samba or profile, as it would have been written. A Samba's file is named from any folder. */
export function changedTopology(
  base: LoadedTopology,
  changes: { readonly samba?: string | undefined; readonly profile?: string | undefined },
  { knownSamba }: Pick<LoadOptions, "knownSamba">,
): LoadedTopology {
  const { samba, profile } = changes;
  const wanted = Object.entries({ samba, profile }).filter(([, value]) => value !== undefined);
  if (wanted.length === 0) return base;
  const paths = wanted.map(([field, value]) => ({ path: ["cluster", field], value }));
  return readTopology(base.source.file, rewriteYaml(base.source.text, paths, []), { knownSamba, host: base.host });
}

/** A topology with what was found of its kernel. */
function withKernel(
  { kernel, ...topology }: z.output<typeof topologySchema> & Pick<TopologyFile, "host">,
  source: Source,
  folder: string,
): TopologyFile {
  if (kernel === undefined) return topology;
  const found = findKernel(kernel, folder);
  if (Array.isArray(found)) throw new UserError(diagnosticsAt(source, found, codePrefix));
  return { ...topology, kernel: found };
}

/** A topology with what the files of its Sambas say. */
function withBuilds(topology: TopologyFile, source: Source, folder: string): TopologyFile {
  const { cluster } = topology;
  if (cluster === undefined) return topology;
  const builds: Record<string, SambaBuild> = {};
  const complaints: Diagnostic[] = [];
  for (const samba of new Set(sambasOf(cluster).filter(isSambaFile))) {
    try {
      builds[samba] = loadSamba(samba, folder);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const position = source.positionOf(["cluster", "samba"]);
      complaints.push(...error.diagnostics.map((one) => ({ position, ...one })));
    }
  }
  if (complaints.length > 0) throw new UserError(complaints);
  return Object.keys(builds).length === 0 ? topology : { ...topology, cluster: { ...cluster, builds } };
}

/** The source as it means the same from any folder: that is how it is recorded, and changed. */
function movable({ cluster, kernel }: TopologyFile, source: Source, folder: string): Source {
  const changes: { path: string[]; value: unknown }[] = [];
  if (kernel !== undefined) {
    changes.push(
      { path: ["kernel", "image"], value: kernel.image },
      { path: ["kernel", "modules"], value: kernel.modules },
    );
  }
  if (cluster?.builds !== undefined) {
    const { samba, builds } = cluster;
    const moved = (one: string) => (builds[one] === undefined ? one : resolve(folder, one));
    changes.push({ path: ["cluster", "samba"], value: typeof samba === "string" ? moved(samba) : samba.map(moved) });
  }
  return changes.length === 0 ? source : parseYaml(source.file, rewriteYaml(source.text, changes, []));
}

/** Names of the topologies that plugfest ships. */
export function shippedTopologies(): string[] {
  return readdirSync(asset("topologies", "library"))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => basename(name, ".yaml"))
    .sort();
}

const codePrefix = "topology";

function read(nameOrPath: string, cwd: string): { file: string; text: string } {
  const isPath = /[/.]/.test(nameOrPath);
  if (!isPath && !shippedTopologies().includes(nameOrPath)) throw notShipped(nameOrPath);
  const path = isPath ? resolve(cwd, nameOrPath) : asset("topologies", "library", `${nameOrPath}.yaml`);
  try {
    return { file: isPath ? nameOrPath : path, text: readFileSync(path, "utf8") };
  } catch (error) {
    throw unreadable(nameOrPath, error);
  }
}

function notShipped(name: string): UserError {
  const shipped = shippedTopologies();
  const near = suggest(name, shipped);
  return new UserError([
    {
      code: `${codePrefix}/not-found`,
      severity: "error",
      message: `no topology named "${name}" is shipped`,
      hint:
        near === undefined ? `shipped: ${shipped.join(", ")}; for a file, write ./${name}` : `did you mean "${near}"?`,
    },
  ]);
}

function unreadable(path: string, error: unknown): UserError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const why = { ENOENT: "it does not exist", EISDIR: "it is a folder", EACCES: "permission denied" }[code] ?? code;
  const near = suggest(basename(path).replace(/\.ya?ml$/, ""), shippedTopologies());
  return new UserError([
    {
      code: `${codePrefix}/not-found`,
      severity: "error",
      message: `${path} cannot be read: ${why}`,
      hint: near === undefined ? `shipped topologies: ${shippedTopologies().join(", ")}` : `plugfest ships "${near}"`,
    },
  ]);
}
