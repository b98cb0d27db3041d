import { UserError } from "../../core/errors.js";
import { suggestHint } from "../../core/suggest.js";
import { scenarioJsonSchema } from "../../scenarios/json-schema.js";
import { topologyJsonSchema } from "../../topologies/json-schema.js";
import type { CliContext } from "../context.js";

const languages: Readonly<Record<string, () => unknown>> = {
  topology: topologyJsonSchema,
  scenario: scenarioJsonSchema,
};

/** Prints the JSON Schema of one of plugfest's languages. */
export function schema(context: CliContext, language: string): Promise<number> {
  const make = languages[language];
  if (make === undefined) {
    const hint = suggestHint(language, Object.keys(languages)) ?? "topology or scenario";
    throw new UserError([
      { code: "cli/unknown-language", severity: "error", message: `no language "${language}"`, hint },
    ]);
  }
  context.out.write(`${JSON.stringify(make(), null, 2)}\n`);
  return Promise.resolve(0);
}
