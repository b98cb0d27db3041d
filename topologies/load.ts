import { readdirSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { Diagnostic } from "../core/diagnostic.js";
import { UserError } from "../core/errors.js";
import { diagnosticsAt } from "../core/finding.js";
import { asset } from "../core/paths.js";
import { parseYaml } from "../core/source.js";
import type { Source } from "../core/source.js";
import { suggest } from "../core/suggest.js";
import { validateWith } from "../core/validate.js";
import { checkTopology } from "./check.js";
import { resolveTopology } from "./resolve.js";
import { topologySchema } from "./schema.js";
import type { LabSpec } from "./spec.js";

export interface LoadOptions {
  /** What relative paths start from. */
  readonly cwd: string;
  /** The Samba versions that images exist for, oldest first. */
  readonly knownSamba: readonly string[];
}

export interface LoadedTopology {
  readonly spec: LabSpec;
  readonly source: Source;
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
  { knownSamba }: Pick<LoadOptions, "knownSamba">,
): LoadedTopology {
  const source = parseYaml(file, text);
  const validated = validateWith(topologySchema, source, { codePrefix });
  if (!validated.ok) throw new UserError(validated.diagnostics);
  const diagnostics = diagnosticsAt(source, checkTopology(validated.value, knownSamba), codePrefix);
  if (diagnostics.some(({ severity }) => severity === "error")) throw new UserError(diagnostics);
  return { spec: resolveTopology(validated.value, file), source, warnings: diagnostics };
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
