import { readFileSync } from "node:fs";
import { z } from "zod";
import { UserError } from "../core/errors.js";
import { asset } from "../core/paths.js";
import { parseYaml } from "../core/source.js";
import { suggestHint } from "../core/suggest.js";
import { shippedScenarios } from "./load.js";

/** What every scenario says of itself, a matrix as well. */
const head = z.object({
  name: z.string(),
  description: z.string().default(""),
  tags: z.array(z.string()).default([]),
});

export type ScenarioHead = z.infer<typeof head>;

/** What plugfest ships, by name; with a tag, what has it. Throws a UserError for a tag that nothing has. */
export function shippedWithHeads(tag?: string): ScenarioHead[] {
  const all = shippedScenarios()
    .sort()
    .map((name) => {
      const file = asset("scenarios", "library", `${name}.yaml`);
      return { ...head.parse(parseYaml(file, readFileSync(file, "utf8")).value), name };
    });
  if (tag === undefined) return all;
  const chosen = all.filter(({ tags }) => tags.includes(tag));
  if (chosen.length > 0) return chosen;
  const known = [...new Set(all.flatMap(({ tags }) => tags))].sort();
  const message = `no scenario that is shipped has the tag "${tag}"`;
  const hint = suggestHint(tag, known) ?? "`plugfest scenarios` lists them with their tags";
  throw new UserError([{ code: "cli/unknown-tag", severity: "error", message, hint }]);
}
