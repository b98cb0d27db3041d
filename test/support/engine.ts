import { systemClock } from "../../core/clock.js";
import { stateFolder } from "../../core/paths.js";
import { clientRecipe } from "../../images/recipe.js";
import { ensureImage } from "../../images/build.js";
import { type Engine, findEngine } from "../../provisioners/docker/engine.js";

/**
 * The engine that tests on real containers use, or undefined with the reason printed. With PLUGFEST_E2E=1 its absence
 * is a failure, and plugfest's own engine is started if need be.
 */
export async function testEngine(): Promise<Engine | undefined> {
  const demanded = process.env["PLUGFEST_E2E"] === "1";
  const { env } = process;
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
