/** A Samba of the user's own, instead of one of the image catalogue's: what it is called, and what it is made from. */
export interface SambaBuild {
  /** What nodes, cells and reports call it. */
  readonly name: string;
  /** What its version begins with; a build that turns out to be another one is refused. */
  readonly version: string;
  /** The Debian release that its nodes boot. */
  readonly base: string;
  /** The suite that packages come from where `source` does not have them; the base itself, or its backports. */
  readonly suite: string;
  readonly source: SambaSource;
}

export type SambaSource =
  /** The suite of the Debian mirror, which must have just this version. */
  | { readonly kind: "debian" }
  /** A folder of .deb files. */
  | { readonly kind: "debs"; readonly folder: string }
  /** An apt source in one line, and the file of its key. */
  | { readonly kind: "apt"; readonly line: string; readonly key: string | null }
  /** A commit of a git repository: `from` is its folder or its address. */
  | { readonly kind: "git"; readonly from: string; readonly ref: string; readonly configure: readonly string[] };
