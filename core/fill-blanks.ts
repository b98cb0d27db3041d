import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Document, Node, Pair, YAMLMap } from "yaml";

type Path = readonly PropertyKey[];

/** What stands in the place of a `${name}`: a part of the same file, or a text. */
export type Filling =
  | { readonly at: Path; readonly text?: string }
  | { readonly text: string }
  | { readonly wrong: { readonly code: string; readonly message: string; readonly hint?: string | undefined } };

/** A file that holds parts, and blanks in which they are put: `${name}`. */
export interface Blanks {
  /** The top-level field that holds the parts: it is left out of what is filled. */
  readonly parts: string;
  /** What a name stands for; undefined for a name that is somebody else's, which stays as it is. */
  readonly fill: (name: string) => Filling | undefined;
}

export interface FillContext {
  /** The node at a path of the same document. */
  readonly partAt: (path: Path) => Node | null;
  readonly report: (node: Node, code: string, message: string, hint?: string) => void;
}

const BLANK = /\$\{([^{}]+)\}/g;
const ONLY_A_BLANK = /^\$\{([^{}]+)\}$/;

/**
 * Puts parts of a document in the place of its blanks, as nodes and not as text: each keeps the position it was written
 * at, which diagnostics point to. A blank that is a whole value becomes the part; one that is a list's item and stands
 * for a list, all of its items; `<<: ${name}` adds the part's fields to those that are written beside it, which win; a
 * blank within a longer text becomes text.
 */
export function fillBlanks(document: Document.Parsed, blanks: Blanks, context: FillContext): void {
  const root = document.contents;
  if (!isMap(root)) return;
  const pairs = (root.items as Pair<Node, Node | null>[]).filter((pair) => keyOf(pair) !== blanks.parts);
  const filler = new Filler(document, blanks, context);
  for (const pair of pairs) if (pair.value !== null) pair.value = filler.fill(pair.value, []);
  // Only now, for the parts were looked up in it.
  root.items = pairs as typeof root.items;
}

class Filler {
  readonly #document: Document.Parsed;
  readonly #blanks: Blanks;
  readonly #context: FillContext;

  constructor(document: Document.Parsed, blanks: Blanks, context: FillContext) {
    this.#document = document;
    this.#blanks = blanks;
    this.#context = context;
  }

  /** `within` are the names whose parts are being filled, outermost first. */
  fill(node: Node, within: readonly string[]): Node {
    if (isAlias(node)) {
      // What it stands for may be among the parts, which are left out.
      const target = node.resolve(this.#document);
      return target === undefined ? node : this.fill(target.clone() as Node, within);
    }
    if (isMap(node)) {
      node.items = this.#fields(node as YAMLMap<Node, Node | null>, within);
    } else if (isSeq(node)) {
      node.items = (node.items as Node[]).flatMap((item) => {
        const filled = this.fill(item, within);
        return nameOf(item) !== undefined && isSeq(filled) ? (filled.items as Node[]) : [filled];
      });
    } else if (isScalar(node) && typeof node.value === "string") {
      return this.#value(node, within);
    }
    return node;
  }

  #value(node: Node, within: readonly string[]): Node {
    const name = nameOf(node);
    if (name === undefined) {
      return withText(node, (text) => text.replace(BLANK, (blank, inner: string) => this.#text(node, inner) ?? blank));
    }
    const filling = this.#blanks.fill(name);
    if (filling === undefined) return node;
    if ("wrong" in filling) {
      this.#wrong(node, filling.wrong);
      return node;
    }
    if (!("at" in filling)) return withText(node, () => filling.text);
    if (within.includes(name)) {
      this.#wrong(node, { code: "yaml/endless-blank", message: `\${${name}} is inside what it stands for` });
      return node;
    }
    const part = this.#context.partAt(filling.at);
    return part === null ? node : this.fill(part.clone() as Node, [...within, name]);
  }

  #text(node: Node, name: string): string | undefined {
    const filling = this.#blanks.fill(name);
    if (filling === undefined) return undefined;
    if ("wrong" in filling) this.#wrong(node, filling.wrong);
    else if (filling.text !== undefined) return filling.text;
    else
      this.#wrong(node, { code: "yaml/blank-no-text", message: `\${${name}} is no text, and cannot stand within one` });
    return undefined;
  }

  #fields(map: YAMLMap<Node, Node | null>, within: readonly string[]): Pair<Node, Node | null>[] {
    const own = new Set(map.items.map(keyOf));
    return map.items.flatMap((pair) => {
      if (pair.value === null) return [pair];
      const merged = keyOf(pair) === "<<" && nameOf(pair.value) !== undefined;
      const filled = this.fill(pair.value, within);
      if (!merged || isScalar(filled)) {
        pair.value = filled;
        return [pair];
      }
      if (isMap(filled)) return (filled.items as Pair<Node, Node | null>[]).filter((one) => !own.has(keyOf(one)));
      const message = "what is added to other fields must have fields itself";
      this.#wrong(pair.value, { code: "yaml/blank-no-fields", message });
      return [];
    });
  }

  #wrong(node: Node, { code, message, hint }: { code: string; message: string; hint?: string | undefined }): void {
    this.#context.report(node, code, message, hint);
  }
}

/** The name in a value that is nothing but a blank. */
function nameOf(node: unknown): string | undefined {
  return isScalar(node) && typeof node.value === "string" ? ONLY_A_BLANK.exec(node.value)?.[1] : undefined;
}

function withText(node: Node, change: (text: string) => string): Node {
  if (!isScalar(node)) return node;
  const text = change(String(node.value));
  if (text !== node.value) Object.assign(node, { value: text, source: text });
  return node;
}

function keyOf({ key }: Pair<Node, Node | null>): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}
