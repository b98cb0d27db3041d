/** An element: its name, what is in it, and its attributes. */
export interface Element {
  readonly name: string;
  readonly content: string | readonly Element[];
  readonly attributes?: Readonly<Record<string, string>>;
}

export function element(
  name: string,
  content: Element["content"],
  attributes?: Readonly<Record<string, string>>,
): Element {
  return { name, content, ...(attributes && { attributes }) };
}

/** A document with this element at its root. */
export function xml(root: Element): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${written(root, "")}`;
}

function written({ name, content, attributes = {} }: Element, indent: string): string {
  const open = `${indent}<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(value)}"`)
    .join("")}`;
  if (typeof content === "string") return `${open}>${escaped(content)}</${name}>\n`;
  const inner = content.map((each) => written(each, `${indent}  `)).join("");
  return `${open}>\n${inner}${indent}</${name}>\n`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
