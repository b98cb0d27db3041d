import type { z } from "zod";
import type { Path } from "./source.js";

type AnySchema = z.core.$ZodType;

/** The schemas that may hold at `path` below `schema`: several where unions leave a choice, none where nothing may be. */
export function schemasAt(schema: AnySchema, path: Path): AnySchema[] {
  return path.reduce<AnySchema[]>((schemas, key) => schemas.flatMap((each) => below(each, key)), unwrap(schema));
}

/** The fields that a mapping at this place may have. */
export function fieldsAt(schema: AnySchema, path: Path): string[] {
  return schemasAt(schema, path).flatMap((each) => {
    const def = definition(each);
    return def.type === "object" ? Object.keys(def.shape) : [];
  });
}

/** The bounds of a number, or of the length of a text or list. */
export function boundsOf(schema: AnySchema): { least?: number; most?: number } {
  const bounds: { least?: number; most?: number } = {};
  for (const check of schema._zod.def.checks ?? []) {
    const def = (check as z.core.$ZodChecks)._zod.def;
    if (def.check === "greater_than" && def.inclusive) bounds.least = Number(def.value);
    if (def.check === "less_than" && def.inclusive) bounds.most = Number(def.value);
    if (def.check === "min_length") bounds.least = def.minimum;
    if (def.check === "max_length") bounds.most = def.maximum;
  }
  return bounds;
}

/** Through what only wraps (optional, default, a transformation's input) and through unions, down to what decides. */
export function unwrap(schema: AnySchema): AnySchema[] {
  const def = definition(schema);
  switch (def.type) {
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "nonoptional":
    case "readonly":
    case "catch":
      return unwrap(def.innerType);
    case "pipe":
      return unwrap(def.in);
    case "lazy":
      return unwrap(def.getter());
    case "union":
      return def.options.flatMap(unwrap);
    default:
      return [schema];
  }
}

function below(schema: AnySchema, key: PropertyKey): AnySchema[] {
  const def = definition(schema);
  switch (def.type) {
    case "object": {
      const field = Object.hasOwn(def.shape, key) ? def.shape[String(key)] : def.catchall;
      return field === undefined ? [] : unwrap(field);
    }
    case "record":
      return unwrap(def.valueType);
    case "array":
      return unwrap(def.element);
    case "tuple": {
      const item = def.items[Number(key)] ?? def.rest;
      return item === null ? [] : unwrap(item);
    }
    default:
      return [];
  }
}

function definition(schema: AnySchema): z.core.$ZodTypes["_zod"]["def"] {
  return (schema as z.core.$ZodTypes)._zod.def;
}
