import { ToolError } from "../core/errors.js";

/** One node as CTDB sees it. */
export interface NodeStatus {
  readonly pnn: number;
  readonly privateAddress: string;
  /** The columns that are set, in CTDB's words; empty when the node is OK. */
  readonly flags: readonly NodeFlag[];
  /** Whether it is the node that was asked. */
  readonly asked: boolean;
}

export type NodeFlag = (typeof nodeFlags)[number];

const nodeFlags = [
  "Disconnected",
  "Unknown",
  "Banned",
  "Disabled",
  "Unhealthy",
  "Stopped",
  "Inactive",
  "PartiallyOnline",
] as const;

/** Who holds one public address. */
export interface AddressHolder {
  readonly address: string;
  /** The holder's number, or null while nobody holds it (CTDB prints -1). */
  readonly pnn: number | null;
}

/** An address with the interfaces that may have it, as `ctdb -X -v ip all` tells. */
export interface AddressInterfaces extends AddressHolder {
  /** Empty unless the node that was asked holds it. */
  readonly active: string;
  readonly available: readonly string[];
  readonly configured: readonly string[];
}

/** A TCP connection to a public address, which the next holder will tickle. */
export interface Tickle {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
}

/** Reads `ctdb -X status` and `ctdb -X nodestatus` of 4.17 to 4.25 (print_nodemap_machine in tools/ctdb.c). */
export function parseStatus(output: string): NodeStatus[] {
  const rows = table(output, "status", ["Node", "IP", ...nodeFlags, "ThisNode"]);
  return rows.map(([pnn = "", privateAddress = "", ...columns]) => ({
    pnn: number(pnn, "status"),
    privateAddress: address(privateAddress, "status"),
    flags: nodeFlags.filter((_flag, index) => bit(columns[index], "status")),
    asked: yes(columns[nodeFlags.length], "status"),
  }));
}

/** Reads `ctdb -X ip all`. */
export function parseAddresses(output: string): AddressHolder[] {
  return table(output, "ip all", ["Public IP", "Node"]).map(([ip = "", pnn = ""]) => holder(ip, pnn));
}

/** Reads `ctdb -X -v ip all`. */
export function parseAddressInterfaces(output: string): AddressInterfaces[] {
  const header = ["Public IP", "Node", "ActiveInterfaces", "AvailableInterfaces", "ConfiguredInterfaces"];
  return table(output, "-v ip all", header).map(
    ([ip = "", pnn = "", active = "", available = "", configured = ""]) => ({
      ...holder(ip, pnn),
      active,
      available: list(available),
      configured: list(configured),
    }),
  );
}

/** Reads `ctdb -X gettickles <address>`: the source is the client, the destination the public address. */
export function parseTickles(output: string): Tickle[] {
  const header = ["Source IP", "Port", "Destination IP", "Port"];
  // 4.17 misspells it.
  const rows = table(output.replace("|Destiation IP|", "|Destination IP|"), "gettickles", header);
  return rows.map(([source = "", sourcePort = "", destination = "", destinationPort = ""]) => ({
    source: address(source, "gettickles"),
    sourcePort: number(sourcePort, "gettickles"),
    destination: address(destination, "gettickles"),
    destinationPort: number(destinationPort, "gettickles"),
  }));
}

function holder(ip: string, pnn: string): AddressHolder {
  return { address: address(ip, "ip all"), pnn: pnn === "-1" ? null : number(pnn, "ip all") };
}

/**
 * The rows below a header that must be exactly the one we know: a column more or less means that we no longer know what
 * the others say.
 */
function table(output: string, what: string, header: readonly string[]): string[][] {
  const [first = "", ...lines] = output.trimEnd().split("\n");
  if (first !== `|${header.join("|")}|`) throw unreadable(what, first);
  return lines.map((line) => {
    const cells = line.split("|");
    if (cells.length !== header.length + 2 || cells[0] !== "" || cells.at(-1) !== "") throw unreadable(what, line);
    return cells.slice(1, -1);
  });
}

function number(text: string, what: string): number {
  if (!/^\d{1,5}$/.test(text)) throw unreadable(what, text);
  return Number(text);
}

function address(text: string, what: string): string {
  if (!/^[\da-f.:]+$/i.test(text)) throw unreadable(what, text);
  return text;
}

function bit(text: string | undefined, what: string): boolean {
  if (text !== "0" && text !== "1") throw unreadable(what, text ?? "");
  return text === "1";
}

function yes(text: string | undefined, what: string): boolean {
  if (text !== "Y" && text !== "N") throw unreadable(what, text ?? "");
  return text === "Y";
}

function list(text: string): string[] {
  return text === "" ? [] : text.split(",");
}

function unreadable(what: string, found: string): ToolError {
  return new ToolError({
    code: "cluster/unreadable",
    message: `\`ctdb -X ${what}\` printed something plugfest does not know: ${JSON.stringify(found.slice(0, 200))}`,
    command: `ctdb -X ${what}`,
    hint: "plugfest reads CTDB of Samba 4.17 to 4.25; another version may print other columns",
  });
}
