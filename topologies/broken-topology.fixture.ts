/** Topologies that must be refused, for the tests of the loader and of the published JSON Schema. */
export interface BrokenTopology {
  readonly what: string;
  readonly text: string;
  /** `line[word] code: message (hint)` of every diagnostic, in order. */
  readonly complaints: readonly string[];
  /** Who can see it: an editor's JSON Schema too, or only plugfest, which compares fields and knows text from YAML. */
  readonly seenBy: "schema" | "plugfest";
}

/** What each of them begins with. */
export const head = "name: pair\ncluster:\n  nodes: 2\n  samba: '4.25'\n  shares: { dvd: { path: /cluster/dvd } }\n";

export function broken(
  seenBy: BrokenTopology["seenBy"],
  what: string,
  text: string,
  ...complaints: readonly string[]
): BrokenTopology {
  return { what, text, complaints, seenBy };
}
