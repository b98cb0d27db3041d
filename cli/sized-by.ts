import { UserError } from "../core/errors.js";
import { parseSize } from "../core/size.js";
import type { Scenario } from "../scenarios/scenario.js";
import { withSize } from "../scenarios/with-size.js";
import { flagError } from "./flag-error.js";

/** What `--size` makes of a scenario. */
export function sizedBy(text: string | undefined): (scenario: Scenario) => Scenario {
  if (text === undefined) return (scenario) => scenario;
  const size = parseSize(text);
  if (!size.ok) throw new UserError([flagError("--size", size)]);
  return (scenario) => withSize(scenario, size.value);
}
