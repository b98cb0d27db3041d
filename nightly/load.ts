import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UserError } from "../core/errors.js";
import { diagnosticsAt } from "../core/finding.js";
import type { Finding } from "../core/finding.js";
import { parseYaml } from "../core/source.js";
import type { Source } from "../core/source.js";
import { suggestHint } from "../core/suggest.js";
import { validateWith } from "../core/validate.js";
import { expectationsSchema, nightlySchema } from "./schema.js";
import type { Expectation, NightlyFile } from "./schema.js";

export interface Nightly {
  readonly file: NightlyFile;
  readonly source: Source;
  /** Where its relative paths start from. */
  readonly folder: string;
}

/** Reads a nightly.yaml. Throws a UserError with everything that is wrong with its form. */
export function loadNightly(path: string, cwd: string): Nightly {
  return readNightly(path, textOf(path, cwd), dirname(resolve(cwd, path)));
}

/** The same for a text that was read already. */
export function readNightly(path: string, text: string, folder: string): Nightly {
  const source = parseYaml(path, text);
  const validated = validateWith(nightlySchema, source, { codePrefix: "nightly" });
  if (!validated.ok) throw new UserError(validated.diagnostics);
  return { file: validated.value, source, folder };
}

/** Those that the nightly names; none where it names no file. Throws a UserError. */
export function expectationsOf({ file, folder }: Nightly, cells: readonly string[]): Expectation[] {
  if (file.expectations === undefined) return [];
  const path = resolve(folder, file.expectations);
  return readExpectations(path, textOf(path, folder), cells);
}

/** A file of expectations, each of which must be of a cell. Throws a UserError. */
export function readExpectations(path: string, text: string, cells: readonly string[]): Expectation[] {
  const source = parseYaml(path, text);
  const validated = validateWith(expectationsSchema, source, { codePrefix: "nightly" });
  if (!validated.ok) throw new UserError(validated.diagnostics);
  const { expectations } = validated.value;
  const strangers = expectations.flatMap(({ cell }, index): Finding[] =>
    cells.some((name) => isOf(cell, name))
      ? []
      : [
          {
            ...{ path: ["expectations", index, "cell"], code: "unknown-cell", message: `no cell is "${cell}"` },
            hint: suggestHint(cell, cells) ?? "`plugfest nightly --plan` lists the cells",
          },
        ],
  );
  if (strangers.length > 0) throw new UserError(diagnosticsAt(source, strangers, "nightly"));
  return expectations;
}

/** Whether a pattern, in which * stands for any text, is of the cell. */
export function isOf(pattern: string, cell: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`).test(cell);
}

function textOf(path: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, path), "utf8");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "";
    const message = `${path} cannot be read (${why})`;
    throw new UserError([{ code: "nightly/not-found", severity: "error", message }]);
  }
}
