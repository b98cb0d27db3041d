import { dirname, resolve } from "node:path";
import { UserError } from "../core/errors.js";
import { readScenario } from "../scenarios/load.js";
import type { LoadedScenario } from "../scenarios/load.js";
import { scenarioText } from "../scenarios/load-module.js";
import { readMatrix, scenarioOf } from "../scenarios/matrix/load.js";
import { shippedWithHeads } from "../scenarios/shipped.js";
import type { Nightly } from "./load.js";

/** A scenario of the list as it was written: one, or a cell of a matrix. */
export interface Written {
  readonly name: string;
  /** What its own topology's path starts from. */
  readonly folder: string;
  readonly read: (repeat: number) => LoadedScenario;
}

/** All that the nightly names. Throws a UserError with everything that cannot be read. */
export async function writtenScenarios({ file, source, folder }: Nightly): Promise<Written[]> {
  const found: Written[] = [];
  const wrong: UserError[] = [];
  for (const [index, one] of file.scenarios.entries()) {
    try {
      const names = typeof one === "string" ? [one] : shippedWithHeads(one.tag).map(({ name }) => name);
      for (const name of names) found.push(...(await read(name, folder)));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const position = source.positionOf(["scenarios", index]);
      wrong.push(new UserError(error.diagnostics.map((each) => ({ position, ...each }))));
    }
  }
  if (wrong.length > 0) throw new UserError(wrong.flatMap(({ diagnostics }) => diagnostics));
  return found;
}

async function read(name: string, cwd: string): Promise<Written[]> {
  const { file, text } = await scenarioText(name, cwd);
  const folder = dirname(resolve(cwd, file));
  const matrix = readMatrix(file, text);
  if (matrix === undefined) {
    const loaded = readScenario(file, text);
    return [{ name: loaded.scenario.name, folder, read: () => loaded }];
  }
  return matrix.cells.map((cell) => {
    let first: LoadedScenario | undefined;
    const read = (repeat: number) =>
      repeat === 1 ? (first ??= scenarioOf(matrix, cell, 1)) : scenarioOf(matrix, cell, repeat);
    return { name: `${matrix.name}.${cell.id}`, folder, read };
  });
}
