import { existsSync } from "node:fs";
import { systemClock } from "../../core/clock.js";
import { stateFolder } from "../../core/paths.js";
import { ensureImage } from "../../images/build.js";
import { clientRecipe } from "../../images/recipe.js";
import { findDockerd } from "../../provisioners/docker/embedded-engine.js";
import { type Engine, findEngine } from "../../provisioners/docker/engine.js";

/** The engine that plugfest itself would use here, started if need be. */
export function testEngine(): Promise<Engine> {
  const { env } = process;
  return findEngine({ env, clock: systemClock, stateFolder: stateFolder(env), mayStart: true });
}

/**
 * The engine that tests on real containers use, or undefined with the reason printed. With PLUGFEST_E2E=1 its absence
 * is a failure, and plugfest's own engine is started if need be.
 */
export async function engineOrSkip(): Promise<Engine | undefined> {
  const { env } = process;
  const demanded = env["PLUGFEST_E2E"] === "1";
  try {
    return await findEngine({ env, clock: systemClock, stateFolder: stateFolder(env), mayStart: demanded });
  } catch (error) {
    if (demanded) throw error;
    console.warn(`skipped: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** The client's image: the smallest one whose first process waits. */
export async function clientImage(engine: Engine): Promise<string> {
  const { env } = process;
  const recipe = clientRecipe();
  await ensureImage(recipe, {
    ...{ engine: engine.images, engineName: engine.title, emit: () => undefined, clock: systemClock },
    ...{ stateFolder: stateFolder(env), env },
  });
  return recipe.tag;
}

/** Why an engine of plugfest's own cannot run here, or undefined; a test that is skipped for it prints it. */
export function noEmbeddedEngine(): string | undefined {
  if (process.getuid?.() !== 0) return "an embedded engine needs root";
  if (findDockerd(process.env) === undefined) return "dockerd is not installed";
  if (!existsSync("/sys/fs/cgroup")) return "no control groups";
  return undefined;
}
