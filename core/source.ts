import { isAlias, isCollection, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { Document, Node, Pair } from "yaml";
import type { Diagnostic, Position } from "./diagnostic.js";
import { fillBlanks } from "./fill-blanks.js";
import type { Blanks } from "./fill-blanks.js";

export type Path = readonly PropertyKey[];

/** A user's file: its value as plain data, and where each part of it was written. */
export interface Source {
  readonly file: string;
  /** The whole file as the user wrote it; with its blanks filled, as it would have been written without them. */
  readonly text: string;
  /** Undefined when `diagnostics` holds an error: such a value would only cause further, misleading messages. */
  readonly value: unknown;
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Where `path` is written: its key, or its value (the default). A path that does not exist gives the key of its
   * nearest existing ancestor, which is where a missing field belongs.
   */
  positionOf(path: Path, at?: "key" | "value"): Position;
  /** The scalar at `path` as the user typed it: `4.20`, where the value is only 4.2. */
  textOf(path: Path): string | undefined;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads YAML 1.2 (core schema). Never throws for what is in `text`. Besides syntax errors it refuses what YAML takes in
 * silence and people do not mean: aliases of nothing, of themselves or in masses, unknown tags, keys that are not text
 * (`4.20:` would become `4.2`), whole numbers with leading zeros (`010` is ten), a file without content. With `blanks`,
 * its blanks are filled by parts of it.
 */
export function parseYaml(file: string, text: string, blanks?: Blanks): Source {
  const lines = new LineCounter();
  // Our own formatter prints positions, so that errors of YAML and of schemas look the same.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const diagnostics: Diagnostic[] = [];
  const position = ({ start, end }: Range) => positionAt(file, text, lines, start, end);
  const report = (code: string, range: Range, message: string, hint?: string) => {
    tell(`yaml/${code}`, range, message, hint);
  };
  const tell = (code: string, range: Range, message: string, hint?: string) => {
    diagnostics.push({
      code,
      severity: "error",
      message,
      position: position(range),
      ...(hint !== undefined && { hint }),
    });
  };

  for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
    const range = { start: pos[0], end: pos[1] };
    if (code === "MULTIPLE_DOCS") {
      report("several-documents", range, "a second document begins here", "one file holds one document: remove ---");
    } else {
      report(code.toLowerCase().replaceAll("_", "-"), range, lowerFirst(message));
    }
  }
  if (diagnostics.length === 0) refuseSurprises(document, report);
  if (diagnostics.length === 0 && blanks !== undefined) {
    fillBlanks(document, blanks, {
      partAt: (path) => find(document, path).node,
      report: (node, code, message, hint) => {
        tell(code, nodeRange(node), message, hint);
      },
    });
  }
  let value: unknown;
  if (diagnostics.length === 0) {
    try {
      value = document.toJS();
    } catch (error) {
      // What is left after the checks above: more alias expansions than the parser allows.
      report("alias", { start: 0, end: 0 }, lowerFirst(error instanceof Error ? error.message : String(error)));
    }
  }
  return {
    file,
    text: blanks === undefined || diagnostics.length > 0 ? text : document.toString({ lineWidth: 0 }),
    value,
    diagnostics,
    positionOf: (path, at = "value") => position(rangeOf(document, path, at)),
    textOf: (path) => {
      const { node, depth } = find(document, path);
      return depth === path.length && isScalar(node) ? node.source : undefined;
    },
  };
}

type Report = (code: string, range: Range, message: string, hint?: string) => void;

function refuseSurprises(document: Document.Parsed, report: Report): void {
  if (document.contents === null) {
    report("empty", { start: 0, end: 0 }, "the file is empty", "start from one that plugfest ships");
    return;
  }
  visit(document, {
    Alias(_key, alias, ancestors) {
      const target = alias.resolve(document);
      if (target === undefined) {
        report("alias", nodeRange(alias), `no anchor &${alias.source} comes before this alias`);
      } else if (ancestors.includes(target)) {
        report("alias", nodeRange(alias), `the alias *${alias.source} is inside what it stands for`);
      }
    },
    Pair(_key, pair) {
      const key = pair.key as Node;
      if (isScalar(key) && typeof key.value === "string") return;
      const hint = isScalar(key) ? `quote it: "${key.source ?? ""}"` : undefined;
      report("key-not-text", nodeRange(key), "a key must be text", hint);
    },
    Scalar(_key, { value, source = "", range }) {
      if (typeof value !== "number" || !/^[-+]?0\d+$/.test(source) || !range) return;
      report(
        "leading-zero",
        { start: range[0], end: range[1] },
        `${source} is read as the number ${String(value)}`,
        `write ${String(value)}, or "${source}" if text is meant`,
      );
    },
  });
}

/** Follows `path` as far as it exists; `depth` says how far that was. */
function find(
  document: Document.Parsed,
  path: Path,
): { node: Node | null; depth: number; key: Node | undefined; value: Node | null } {
  let value: Node | null = document.contents;
  let key: Node | undefined;
  for (let depth = 0; ; depth++) {
    const node: Node | null = isAlias(value) ? (value.resolve(document) ?? null) : value;
    if (depth === path.length) return { node, depth, key, value };
    const step = String(path[depth]);
    if (isMap(node)) {
      const pair = (node.items as Pair<Node, Node | null>[]).find((item) => keyText(item.key) === step);
      if (pair === undefined) return { node, depth, key, value };
      key = pair.key;
      value = pair.value;
    } else if (isSeq(node) && node.items[Number(step)] !== undefined) {
      key = undefined;
      value = node.items[Number(step)] as Node;
    } else {
      return { node, depth, key, value };
    }
  }
}

function rangeOf(document: Document.Parsed, path: Path, at: "key" | "value"): Range {
  const { depth, key, value } = find(document, path);
  // A block collection spans lines, and a value that was left out has no width: their key says it better.
  const wantsKey = at === "key" || depth < path.length || value === null || spansLines(value) || isEmpty(value);
  if (wantsKey && key !== undefined) return nodeRange(key);
  return value === null ? { start: 0, end: 0 } : nodeRange(firstOf(value));
}

/** Where a block collection begins: its first key or item. */
function firstOf(node: Node): Node {
  if (!spansLines(node) || !isCollection(node)) return node;
  const first = node.items[0] as Pair<Node> | Node | undefined;
  if (first === undefined) return node;
  return "key" in first ? first.key : firstOf(first);
}

function spansLines(node: Node): boolean {
  return isCollection(node) && node.flow !== true;
}

function isEmpty(node: Node): boolean {
  const { start, end } = nodeRange(node);
  return start === end;
}

function keyText(key: Node): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

function nodeRange(node: Node): Range {
  return { start: node.range?.[0] ?? 0, end: node.range?.[1] ?? 0 };
}

function positionAt(file: string, text: string, lines: LineCounter, start: number, end: number): Position {
  const { line, col } = lines.linePos(Math.min(start, text.length));
  const lineStart = lines.lineStarts[line - 1] ?? 0;
  const lineEnd = lines.lineStarts[line] ?? text.length + 1;
  const lineText = text.slice(lineStart, lineEnd - 1).replace(/\r$/, "");
  const endColumn = Math.min(Math.max(end - lineStart, col) + 1, Math.max(lineText.length, col) + 1);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1), endColumn: Math.max(endColumn, 2), text: lineText };
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
