import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createJiti } from "jiti";
import { UserError } from "../core/errors.js";
import { pathText } from "../core/finding.js";
import { readScenarioText } from "./load.js";

const MODULE = /\.[cm]?[jt]s$/;

/** Whether a name is that of a module in TypeScript or JavaScript, and not of a YAML file or of what is shipped. */
export function isModule(name: string): boolean {
  return MODULE.test(name);
}

/**
 * The text of a scenario, whatever it is written in, and its name in diagnostics. A module is run, and what it exports
 * by default becomes text: from there on it is like any other file, and that text is what a run keeps. Throws a UserError.
 */
export async function scenarioText(nameOrPath: string, cwd: string): Promise<{ file: string; text: string }> {
  if (!isModule(nameOrPath)) return readScenarioText(nameOrPath, cwd);
  const path = isAbsolute(nameOrPath) ? nameOrPath : join(cwd, nameOrPath);
  if (!existsSync(path)) {
    const message = `${nameOrPath} cannot be read (ENOENT)`;
    throw refusal({ code: "not-found", message, hint: "give a path that exists" });
  }
  return { file: `${nameOrPath} (compiled)`, text: textOf(await exported(nameOrPath, path), nameOrPath) };
}

async function exported(name: string, path: string): Promise<unknown> {
  const own = ["./typescript.js", "./typescript.ts"].map((file) => fileURLToPath(new URL(file, import.meta.url)));
  const plugfest = own.find((file) => existsSync(file)) ?? "";
  // Each time anew: the file may have changed, and nothing is left beside it or in the temporary folder.
  const jiti = createJiti(pathToFileURL(path).href, {
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
    alias: { plugfest },
  });
  let module: { readonly default?: unknown };
  try {
    module = await jiti.import<{ readonly default?: unknown }>(path);
  } catch (error) {
    const message = error instanceof Error ? error.message.split("\n")[0] : String(error);
    const hint = "look at it in an editor, which has the types of the package plugfest";
    throw refusal({ code: "module-failed", message: `${name}: ${message ?? ""}`, hint });
  }
  const found = module.default;
  if (found !== null && typeof found === "object") return found;
  const hint = "write `export default scenario({ … })`";
  throw refusal({ code: "no-default-export", message: `${name} exports no scenario`, hint });
}

/** JSON, which is YAML as well. What JSON would leave out in silence is refused. */
function textOf(value: unknown, name: string): string {
  refuseCode(value, [], name);
  return `${JSON.stringify(value, null, 2)}\n`;
}

function refuseCode(value: unknown, path: readonly (string | number)[], name: string): void {
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint") {
    const message = `${name}: ${pathText(path)}: expected data, got a ${typeof value}`;
    throw refusal({ code: "not-data", message, hint: "steps are data: what is computed is computed before the run" });
  }
  if (value === null || typeof value !== "object") return;
  for (const [key, inner] of Object.entries(value)) {
    refuseCode(inner, [...path, Array.isArray(value) ? Number(key) : key], name);
  }
}

function refusal({ code, ...words }: { code: string; message: string; hint: string }): UserError {
  return new UserError([{ code: `scenario/${code}`, severity: "error", ...words }]);
}
