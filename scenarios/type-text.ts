import { z } from "zod";
import { scenarioSchema } from "./schema.js";

/** The parts of a JSON Schema that types are made of. */
interface Node {
  readonly $ref?: string;
  readonly allOf?: readonly Node[];
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string;
  readonly items?: Node;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Node;
}

/** TypeScript's types of what a scenario may say, made from the same schema as everything else: schemas/plugfest.d.ts. */
export function scenarioTypeText(): string {
  const schema = z.toJSONSchema(scenarioSchema, { target: "draft-07", io: "input" }) as Node & {
    readonly definitions?: Readonly<Record<string, Node>>;
  };
  const all = { ...schema.definitions, ...(schema.$ref === undefined ? { scenario: schema } : {}) };
  const types = Object.entries(all).map(
    ([name, node]) => `${comment(node, "")}export type ${typeName(name)} = ${typeOf(node, "")};`,
  );
  return [
    "// Made by `plugfest schema types`. Do not edit.",
    ...types,
    "/** A scenario as it is; says in an editor what may be written. */",
    "export declare function scenario(written: Scenario): Scenario;\n",
  ].join("\n\n");
}

function typeOf(node: Node, indent: string): string {
  const either = node.anyOf ?? node.oneOf;
  const [ref] = [node.$ref ?? node.allOf?.[0]?.$ref].filter((one) => one !== undefined);
  if (ref !== undefined) return typeName(ref.replace("#/definitions/", ""));
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return node.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (either !== undefined) return [...new Set(either.map((one) => typeOf(one, indent)))].join(" | ");
  if (node.type === "array") return `readonly (${typeOf(node.items ?? {}, indent)})[]`;
  if (node.type === "object") return objectOf(node, indent);
  if (node.type === "integer" || node.type === "number") return "number";
  return node.type === "string" || node.type === "boolean" || node.type === "null" ? node.type : "unknown";
}

function objectOf({ properties, required = [], additionalProperties }: Node, indent: string): string {
  if (properties === undefined) {
    const value = typeof additionalProperties === "object" ? typeOf(additionalProperties, indent) : "unknown";
    return `Readonly<Record<string, ${value}>>`;
  }
  const inner = `${indent}  `;
  const fields = Object.entries(properties).map(([name, node]) => {
    const key = /^[a-z]\w*$/i.test(name) ? name : JSON.stringify(name);
    const mark = required.includes(name) ? "" : "?";
    return `${comment(node, inner)}${inner}readonly ${key}${mark}: ${typeOf(node, inner)};`;
  });
  return `{\n${fields.join("\n")}\n${indent}}`;
}

function comment({ description }: Node, indent: string): string {
  return description === undefined ? "" : `${indent}/** ${description.replaceAll("*/", "*\\/")} */\n`;
}

/** `step-at-once` is `StepAtOnce`. */
function typeName(id: string): string {
  return id
    .split("-")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}
