import { z } from "zod";
import { matrixFileSchema } from "./matrix/schema.js";
import { scenarioSchema } from "./schema.js";

/**
 * The language of scenarios as JSON Schema draft-07, which YAML editors read. In a matrix anything may be a blank, so
 * of such a file it only says what the matrix itself must have.
 */
export function scenarioJsonSchema(): unknown {
  const options = { target: "draft-07", io: "input" } as const;
  const { $schema, definitions, ...scenario } = z.toJSONSchema(scenarioSchema, options);
  const matrix = Object.entries(z.toJSONSchema(matrixFileSchema, options)).filter(([key]) => key !== "$schema");
  const isMatrix = { type: "object", required: ["matrix"], properties: { matrix: {} } };
  return { $schema, if: isMatrix, then: Object.fromEntries(matrix), else: scenario, definitions };
}
