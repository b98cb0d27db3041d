import { isMap, isScalar, parseDocument, visit } from "yaml";
import type { Path } from "./source.js";

/**
 * A YAML text with other values at some paths, and remarks before everything. What is not changed stays, with its
 * comments. Mappings within a value are written on one line each.
 */
export function rewriteYaml(
  text: string,
  changes: readonly { readonly path: Path; readonly value: unknown }[],
  remarks: readonly string[],
): string {
  const document = parseDocument(text);
  for (const { path, value } of changes) {
    const node = document.createNode(value);
    visit(node, {
      Map: (_key, map) => {
        if (isMap(node) && map !== node) map.flow = true;
      },
    });
    const old = document.getIn(path, true);
    if (isScalar(old) && isScalar(node)) Object.assign(node, { comment: old.comment });
    document.setIn(path, node);
  }
  const head = remarks.map((remark) => `# ${remark}\n`).join("");
  return `${head}${head === "" ? "" : "\n"}${document.toString({ lineWidth: 0 })}`;
}
