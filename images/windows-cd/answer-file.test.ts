import { SaxesParser } from "saxes";
import { describe, expect, test } from "vitest";
import { administrator, type AnswerOptions, autounattend, sealedAnswers } from "./answer-file.js";
import { components, passes, type SchemaElement } from "./answer-schema.fixture.js";

interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Node[];
  text: string;
}

/** Parses with namespaces: what is not well-formed throws. */
function parse(text: string): Node {
  const parser = new SaxesParser({ xmlns: true });
  const root: Node = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes, uri }) => {
    expect(uri).toBe("urn:schemas-microsoft-com:unattend");
    const values = Object.fromEntries(Object.entries(attributes).map(([key, { value }]) => [key, value]));
    const node: Node = { name, attributes: values, children: [], text: "" };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  parser.on("text", (said) => {
    const node = open.at(-1);
    if (node !== undefined) node.text += said;
  });
  parser.on("closetag", () => open.pop());
  parser.write(text).close();
  return root.children[0] ?? root;
}

/** All in which an answer file is not as the schema says. */
function mistakes(text: string): string[] {
  const root = parse(text);
  const found: string[] = [];
  if (root.name !== "unattend") found.push(`the root is ${root.name}`);
  const order = root.children.map(({ attributes }) => passes.indexOf(attributes["pass"] ?? ""));
  if (order.some((each, index) => each < 0 || each <= (order[index - 1] ?? -1))) found.push("passes out of order");
  for (const { name, attributes, children } of root.children) {
    const pass = attributes["pass"] ?? "";
    if (name !== "settings") found.push(`${name} in unattend`);
    const names = children.map((each) => each.attributes["name"] ?? "");
    if (new Set(names).size < names.length) found.push(`a component twice in ${pass}`);
    for (const each of children) found.push(...inComponent(each, pass));
  }
  return found;
}

function inComponent({ name, attributes, ...rest }: Node, pass: string): string[] {
  const own = attributes["name"] ?? "";
  const schema = components[own];
  if (name !== "component" || schema === undefined) return [`${pass}: unknown component ${own}`];
  const fixed = {
    processorArchitecture: "amd64",
    publicKeyToken: "31bf3856ad364e35",
    language: "neutral",
    versionScope: "nonSxS",
  };
  const wrong = Object.entries(fixed).filter(([key, value]) => attributes[key] !== value);
  return [
    ...wrong.map(([key]) => `${own}: ${key} is ${String(attributes[key])}`),
    ...(schema.passes.includes(pass) ? [] : [`${own} does not stand in ${pass}`]),
    ...rest.children
      .filter((child) => schema.only?.[child.name] !== undefined && schema.only[child.name] !== pass)
      .map((child) => `${own}/${child.name} does not stand in ${pass}`),
    ...inElement({ name, attributes: {}, ...rest }, schema, own),
  ];
}

function inElement(node: Node, schema: SchemaElement, path: string): string[] {
  const { children = {}, text } = schema;
  const counts = new Map<string, number>();
  for (const { name } of node.children) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [
    ...(schema.action === true && node.attributes["wcm:action"] !== "add"
      ? [`${path} says not what is done with it`]
      : []),
    ...(text === undefined || text.test(node.text) ? [] : [`${path} is "${node.text}"`]),
    ...Object.entries(children)
      .filter(([name, child]) => child.required === true && !counts.has(name))
      .map(([name]) => `${path} has no ${name}`),
    ...[...counts]
      .filter(([name, count]) => count > 1 && children[name]?.many !== true)
      .map(([name]) => `${path} has ${name} more than once`),
    ...node.children.flatMap((child) => {
      const known = children[child.name];
      return known === undefined
        ? [`${path} has an unknown ${child.name}`]
        : inElement(child, known, `${path}/${child.name}`);
    }),
  ];
}

const options: AnswerOptions = {
  ...{ edition: undefined, productKey: undefined, language: "en-US", password: `p<&>"ß`, drivers: [] },
  hasTpm: false,
};

describe("an answer file of Windows' setup", () => {
  test.each([
    ["of the first edition", {}],
    [
      "of an edition by name, with a key",
      { edition: "Windows 11 Pro & more", productKey: "ABCDE-12345-ABCDE-12345-ABCDE" },
    ],
    ["with drivers", { drivers: ["viostor\\w11\\amd64", "NetKVM\\w11\\amd64"] }],
    ["for a machine with a TPM", { hasTpm: true }],
    ["in another language", { language: "de-DE" }],
  ])("is as the schema says: %s", (_what, more) => {
    expect(mistakes(autounattend({ ...options, ...more }))).toEqual([]);
  });

  test("of a sealed machine's first start is as the schema says, and wipes no disk", () => {
    const text = sealedAnswers(options);
    expect(mistakes(text)).toEqual([]);
    expect(text).not.toContain("Disk");
    expect(text).not.toContain("AutoLogon");
    expect(text).toContain(`<Name>${administrator}</Name>`);
  });

  test("answers what would else be asked", () => {
    const text = autounattend({ ...options, edition: "Windows 11 Pro" });
    expect(text).toContain("<Key>/IMAGE/NAME</Key>");
    expect(text).toContain("<Value>Windows 11 Pro</Value>");
    expect(text).toContain("BypassTPMCheck");
    expect(autounattend({ ...options, drivers: ["viostor\\w11\\amd64"] })).toContain(
      "<Path>F:\\viostor\\w11\\amd64</Path>",
    );
    const withTpm = autounattend({ ...options, hasTpm: true });
    expect(withTpm).not.toContain("BypassTPMCheck");
    expect(withTpm).toContain("BypassCPUCheck");
    // The password is text, whatever is in it.
    expect(parse(text).children.at(-1)?.children.at(-1)).toBeDefined();
    expect(text).toContain("p&lt;&amp;&gt;&quot;ß");
    expect(text).toContain(`<Name>${administrator}</Name>`);
  });

  test.each([
    ["not well-formed", (text: string) => text.replace("</unattend>", ""), undefined],
    [
      "a pass out of order",
      (text: string) => text.replace('pass="specialize"', 'pass="windowsPE"'),
      "passes out of order",
    ],
    [
      "a component in a wrong pass",
      (text: string) => text.replace('pass="oobeSystem"', 'pass="auditSystem"'),
      "does not stand in auditSystem",
    ],
    ["an unknown element", (text: string) => text.replaceAll("WillWipeDisk", "WipeDisk"), "has an unknown WipeDisk"],
    ["a partition without an order", (text: string) => text.replace("<Order>1</Order>", ""), "has no Order"],
    ["a wrong value", (text: string) => text.replace(">EFI<", ">ESP<"), 'Type is "ESP"'],
    [
      "a list item without its action",
      (text: string) => text.replace('<Disk wcm:action="add">', "<Disk>"),
      "says not what is done with it",
    ],
    [
      "a name that is too long",
      (text: string) => text.replace("<ComputerName>*", "<ComputerName>plugfest-laptop-of-pat"),
      "ComputerName",
    ],
    ["another architecture", (text: string) => text.replace('"amd64"', '"x86"'), "processorArchitecture is x86"],
  ])("is refused by this test when it is broken: %s", (_what, breakIt, says) => {
    const broken = breakIt(autounattend(options));
    if (says === undefined) expect(() => mistakes(broken)).toThrow();
    else expect(mistakes(broken).join("\n")).toContain(says);
  });
});
