import { createRequire } from "node:module";
import { Language, type Node, Parser } from "web-tree-sitter";

const require = createRequire(import.meta.url);
await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(require.resolve("tree-sitter-powershell/tree-sitter-powershell.wasm")));

/** Where a script is no PowerShell, in the eyes of a grammar of it: each place with what stands there. */
export function mistakesIn(script: string): string[] {
  const tree = parser.parse(script);
  if (tree === null) return ["it cannot be parsed"];
  const found: string[] = [];
  const visit = (node: Node) => {
    if (node.isError || node.isMissing) {
      const { row, column } = node.startPosition;
      found.push(
        `${String(row + 1)}:${String(column + 1)} ${node.isMissing ? `no ${node.type}` : node.text.slice(0, 80)}`,
      );
    }
    for (const child of node.children) visit(child);
  };
  visit(tree.rootNode);
  tree.delete();
  return found;
}
