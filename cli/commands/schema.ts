import { UserError } from "../../core/errors.js";
import { suggestHint } from "../../core/suggest.js";
import { expectationsJsonSchema, nightlyJsonSchema } from "../../nightly/json-schema.js";
import { scenarioJsonSchema } from "../../scenarios/json-schema.js";
import { scenarioTypeText } from "../../scenarios/type-text.js";
import { sambaJsonSchema, topologyJsonSchema } from "../../topologies/json-schema.js";
import type { CliContext } from "../context.js";

const json = (make: () => unknown) => () => `${JSON.stringify(make(), null, 2)}\n`;

const languages: Readonly<Record<string, () => string>> = {
  topology: json(topologyJsonSchema),
  samba: json(sambaJsonSchema),
  scenario: json(scenarioJsonSchema),
  nightly: json(nightlyJsonSchema),
  expectations: json(expectationsJsonSchema),
  types: scenarioTypeText,
};

/** Prints the JSON Schema of one of plugfest's languages, or the types of a scenario in TypeScript. */
export function schema(context: CliContext, language: string): Promise<number> {
  const make = languages[language];
  if (make === undefined) {
    const hint =
      suggestHint(language, Object.keys(languages)) ?? "topology, samba, scenario, nightly, expectations or types";
    throw new UserError([
      { code: "cli/unknown-language", severity: "error", message: `no language "${language}"`, hint },
    ]);
  }
  context.out.write(make());
  return Promise.resolve(0);
}
