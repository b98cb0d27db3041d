import { topologyJsonSchema } from "./json-schema.js";

/** The parts of a JSON Schema that the reference speaks of. */
interface Node {
  readonly $ref?: string;
  readonly allOf?: readonly Node[];
  readonly anyOf?: readonly Node[];
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Node;
}

interface Row {
  readonly field: string;
  readonly value: string;
  readonly fallback: string;
  readonly meaning: string;
}

/** Every field of a topology as a Markdown table, for docs/topology.md. */
export function topologyReference(): string {
  const schema = topologyJsonSchema() as unknown as Node & { readonly definitions: Readonly<Record<string, Node>> };
  const resolve = (node: Node): Node => {
    const ref = node.$ref ?? node.allOf?.[0]?.$ref;
    const target = ref === undefined ? {} : schema.definitions[ref.replace("#/definitions/", "")];
    return { ...target, ...node };
  };
  return table(rowsOf(resolve(schema), "", resolve));
}

function rowsOf(parent: Node, prefix: string, resolve: (node: Node) => Node): Row[] {
  const fields = Object.entries(parent.properties ?? {}).map(([name, node]) => {
    const isRequired = parent.required?.includes(name) === true;
    return { path: `${prefix}${name}`, node: resolve(node), isRequired };
  });
  return fields.flatMap(({ path, node, isRequired }) => {
    const row = { field: `\`${path}\``, value: valueText(node), fallback: fallbackText(node, isRequired) };
    const own = { ...row, meaning: node.description ?? "" };
    return [own, ...rowsOf(node, `${path}.`, resolve), ...entriesOf(node, path, resolve)];
  });
}

/** A mapping with names of the user's own: what each entry may say. */
function entriesOf({ additionalProperties: entry }: Node, path: string, resolve: (node: Node) => Node): Row[] {
  return typeof entry === "object" ? rowsOf(resolve(entry), `${path}.<name>.`, resolve) : [];
}

function valueText(node: Node): string {
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(", ");
  if (node.anyOf) return node.anyOf.map(valueText).join(" or ");
  if (node.type === "object") return node.properties ? "mapping" : "mapping of names";
  if (node.type === "array") return "list";
  if (node.type === "string") return "text";
  if (node.type === "boolean") return "`true`, `false`";
  if (node.maximum !== undefined && node.maximum < 1000) return `${String(node.minimum)} to ${String(node.maximum)}`;
  return `whole number from ${String(node.minimum)}`;
}

function fallbackText({ default: fallback, type, properties }: Node, isRequired: boolean): string {
  if (isRequired) return "required";
  if (type === "object") return properties === undefined ? "none" : "";
  return typeof fallback === "string" || typeof fallback === "boolean" ? `\`${String(fallback)}\`` : "";
}

function table(rows: readonly Row[]): string {
  const header: Row = { field: "Field", value: "Value", fallback: "Default", meaning: "Meaning" };
  const columns = ["field", "value", "fallback", "meaning"] as const;
  const widths = columns.map((column) => Math.max(...[header, ...rows].map((row) => row[column].length)));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const text = (row: Row) => line(columns.map((column, index) => row[column].padEnd(widths[index] ?? 0)));
  return [text(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(text)].join("\n");
}
