import { ToolError } from "../core/errors.js";
import { suggest } from "../core/suggest.js";
import type { Complaint, RunContext, StepScope } from "./scenario.js";
import { shareHomes } from "./share-home.js";
import { servingNode } from "./targets.js";

/** `$${` is a `${` of the shell's own. */
const BLANK = /(\$?)\$\{([^{}]*)\}/g;
const SERVING = /^serving\(([^()]+)\)$/;

/** What a name of this sort offers behind its dot, and what that is. */
const fieldsOf = {
  node: {
    private: "the node's address on the private network",
    public: "the node's own, fixed address on the public network",
  },
  client: { public: "the client's or server's address" },
  copy: {
    address: "the public address that its client is connected to",
    path: "where its file is on the nodes, in the cluster's storage",
  },
} as const;

/** Every form of a blank, for docs/scenario.md. */
export const blankForms: readonly (readonly [form: string, means: string])[] = [
  ...Object.entries(fieldsOf).flatMap(([sort, fields]) =>
    Object.entries(fields).map(([field, means]) => [`\${<${sort}>.${field}}`, means] as const),
  ),
  ["${serving(<copy>)}", "the name of the node that serves the copy at that moment"],
];

/** Complains about blanks that nothing is put in, each at the text they stand in. */
export function checkBlanks(text: string, path: readonly (string | number)[], scope: StepScope): Complaint[] {
  const known = knownBlanks(scope);
  return blanksOf(text).flatMap((name) => {
    if (known.includes(name)) return [];
    const near = suggest(name, known);
    const hint =
      near === undefined
        ? `write $\${${name}} where the shell's own is meant; else one of ${blankForms.map(([form]) => form).join(", ")}`
        : `did you mean "\${${near}}"?`;
    return [{ path, code: "scenario/unknown-blank", message: `nothing is put in "\${${name}}"`, hint }];
  });
}

/** The text with everything put in, as it is at this moment. */
export async function fillBlanks(text: string, context: RunContext): Promise<string> {
  const values = new Map<string, string>();
  for (const name of blanksOf(text)) values.set(name, await valueOf(name, context));
  return text.replace(BLANK, (whole, escape: string, name: string) =>
    escape === "" ? (values.get(name) ?? whole) : whole.slice(1),
  );
}

function blanksOf(text: string): string[] {
  return [...text.matchAll(BLANK)].flatMap(([, escape, name = ""]) => (escape === "" ? [name] : []));
}

function knownBlanks({ spec, copies }: StepScope): string[] {
  const each = (names: readonly string[], fields: object) =>
    names.flatMap((name) => Object.keys(fields).map((field) => `${name}.${field}`));
  const named = (machines: readonly { readonly name: string }[]) => machines.map(({ name }) => name);
  return [
    ...each(named(spec.nodes), fieldsOf.node),
    ...each(named([...spec.servers, ...spec.clients]), fieldsOf.client),
    ...each(copies, fieldsOf.copy),
    ...copies.map((copy) => `serving(${copy})`),
  ];
}

async function valueOf(blank: string, context: RunContext): Promise<string> {
  const served = SERVING.exec(blank)?.[1];
  if (served !== undefined) return servingNode(served, context);
  const [name, field] = blank.split(".");
  const { spec } = context;
  const node = spec.nodes.find((one) => one.name === name);
  if (node !== undefined) return field === "private" ? node.privateAddress : node.publicAddress;
  const other = [...spec.servers, ...spec.clients].find((one) => one.name === name);
  if (other !== undefined) return other.address;
  const copy = context.copies.get(name ?? "");
  const share = copy && shareHomes(spec).get(copy.share);
  const value = field === "path" ? share && `${share.path}/${copy.path}` : copy?.address;
  if (value !== undefined) return value;
  throw new ToolError({
    code: "scenario/nothing-to-put-in",
    message: `\${${blank}} is not known: the client of ${name ?? ""} is not connected`,
    hint: "the step came before the copy began; look at the copy's events in the run folder",
  });
}
