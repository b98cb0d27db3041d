/** A Samba version plugfest can put on a node, and the Debian suite that has it. */
export interface CatalogueEntry {
  /** Major and minor version as a topology writes it. */
  readonly samba: string;
  /** The suite whose base system the node boots. */
  readonly base: string;
  /** The suite the Samba packages come from; differs from `base` for backports. */
  readonly target: string;
}

/**
 * Where Debian keeps which Samba. Backports carry the newest Samba on the base of a stable release; testing moves on,
 * so a build asks for the version by name and fails clearly when the suite has another one by now.
 */
export const catalogue: readonly CatalogueEntry[] = [
  { samba: "4.17", base: "bookworm", target: "bookworm" },
  { samba: "4.22", base: "trixie", target: "trixie" },
  { samba: "4.22.6", base: "bookworm", target: "bookworm-backports" },
  { samba: "4.24", base: "trixie", target: "trixie-backports" },
  { samba: "4.25", base: "forky", target: "forky" },
];

export const sambaVersions: readonly string[] = catalogue.map((entry) => entry.samba);

/** Clients stay on one suite, so that what is measured does not change with the Samba under test. */
export const clientSamba = "4.22";

/** Suites that Debian released: they have updates and security fixes in suites of their own. */
const released = ["bookworm", "trixie"];

/** Whether a suite stays as it is. */
export function isReleased(suite: string): boolean {
  return released.includes(suite);
}

/** What the catalogue has of that version; undefined where that is nothing. */
export function catalogueEntry(samba: string): CatalogueEntry | undefined {
  return catalogue.find((entry) => entry.samba === samba);
}
