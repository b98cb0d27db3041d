/** Which nodes a fault takes out of the cluster, as far as its arguments tell. */
export interface Takes {
  readonly named: readonly string[];
  /** Whether it hits a node that is to be drawn: `any`. */
  readonly drawn: boolean;
  /** Whether it hits one that only the run can tell, such as `serving(dvd)`. */
  readonly unknown: boolean;
}

const ANY = "any";

/** Reads a fault's arguments, whichever verb's they are: nodes are named by `node2`, `all`, `any` and `serving(…)`. */
export function takesOf(
  args: unknown,
  { nodes, clients }: { readonly nodes: readonly string[]; readonly clients: readonly string[] },
): Takes {
  const words = textsIn(args).map(machineOf);
  const named = words.includes("all") ? nodes : nodes.filter((node) => words.includes(node));
  const drawn = words.includes(ANY);
  const serving = words.some((word) => word.startsWith("serving("));
  const nobody = named.length === 0 && !drawn && !clients.some((client) => words.includes(client));
  return { named, drawn, unknown: serving || nobody };
}

/** How many nodes at most are out through it. */
export function countOf({ named, drawn, unknown }: Takes): number {
  return named.length + (drawn ? 1 : 0) + (unknown ? 1 : 0);
}

/** The arguments with `any` replaced by a node. */
export function withNode(args: unknown, node: string | null): unknown {
  if (node === null) return args;
  if (typeof args === "string") return machineOf(args) === ANY ? node + args.slice(ANY.length) : args;
  if (Array.isArray(args)) return args.map((one) => withNode(one, node));
  if (typeof args !== "object" || args === null) return args;
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, withNode(value, node)]));
}

/** The machine of a link, `node2/public`; any other word is its own. */
function machineOf(word: string): string {
  return word.split("/")[0] ?? word;
}

function textsIn(args: unknown): string[] {
  if (typeof args === "string") return [args];
  return typeof args === "object" && args !== null ? Object.values(args).flatMap(textsIn) : [];
}
