import { isReleased } from "./catalogue.js";

/** One suite on one mirror. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  /** False when the suite's Release file was found expired, as on a snapshot; its signature is checked all the same. */
  readonly checkValidUntil: boolean;
}

export interface Mirror {
  /** The archive, such as `http://deb.debian.org/debian`, without a slash at its end. */
  readonly archive: string;
  /** The archive of security fixes. */
  readonly security: string;
}

export const defaultMirror: Mirror = {
  archive: "http://deb.debian.org/debian",
  security: "http://deb.debian.org/debian-security",
};

/** The keyring's place on the host as in every Debian image. */
export const debianKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** A suite of the configuration that apt itself uses: what mirrors are recognized by. */
export interface ConfiguredSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

/**
 * The mirror this host is configured to use, for other suites of the same archive. Third parties name their suites
 * after Debian's too, so that the archive is known by the end of its path as well, as mirrors and snapshots write it.
 */
export function mirrorOf(sources: readonly ConfiguredSource[]): Mirror {
  const ofArchive = (name: string) =>
    sources.find(({ uri, components }) => {
      const path = uri.replace(/\/+$/, "");
      const end = new RegExp(`^(https?|ftp)://.+?(/${name}|/archive/${name}/\\d{8}T\\d{6}Z)$`);
      return components.includes("main") && end.test(path);
    });
  const archive = ofArchive("debian")?.uri;
  const security = ofArchive("debian-security")?.uri;
  return {
    archive: (archive ?? defaultMirror.archive).replace(/\/+$/, ""),
    security: (security ?? defaultMirror.security).replace(/\/+$/, ""),
  };
}

/** Reads apt's configuration: files ending in `.sources` are deb822 (sources.list(5)), all others are one-line. */
export function parseAptSources(
  files: readonly { readonly name: string; readonly text: string }[],
): ConfiguredSource[] {
  return files.flatMap(({ name, text }) => (name.endsWith(".sources") ? parseDeb822(text) : parseOneLine(text)));
}

function parseOneLine(text: string): ConfiguredSource[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (match === null) return [];
    const [, uri = "", suite = "", components = ""] = match;
    return [{ uri, suite, components: words(components) }];
  });
}

function parseDeb822(text: string): ConfiguredSource[] {
  const uncommented = text.replace(/^#.*\n?/gm, "");
  return uncommented.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map<string, string>();
    for (const field of stanza.replace(/\n[ \t]+/g, " ").split("\n")) {
      const colon = field.indexOf(":");
      if (colon > 0) fields.set(field.slice(0, colon).trim().toLowerCase(), field.slice(colon + 1).trim());
    }
    const list = (name: string) => words(fields.get(name) ?? "");
    if (!list("types").includes("deb") || fields.get("enabled")?.toLowerCase() === "no") return [];
    const components = list("components");
    return list("uris").flatMap((uri) => list("suites").map((suite) => ({ uri, suite, components })));
  });
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** What an image installs from: the base suite, its updates and security fixes, and backports where they are the target. */
export function sourcesFor(suites: { readonly base: string; readonly target: string }, mirror: Mirror): AptSource[] {
  const source = (uri: string, suite: string): AptSource => ({ uri, suite, checkValidUntil: true });
  const sources = [source(mirror.archive, suites.base)];
  if (isReleased(suites.base)) {
    sources.push(source(mirror.archive, `${suites.base}-updates`), source(mirror.security, `${suites.base}-security`));
  }
  if (suites.target !== suites.base) sources.push(source(mirror.archive, suites.target));
  return sources;
}

/**
 * apt refuses a Release file past its Valid-Until: right for a mirror that should be fresh, wrong for a snapshot. The
 * sources with that one check switched off where this output says so, or undefined when it says nothing new.
 */
export function withoutExpiry(sources: readonly AptSource[], output: string): AptSource[] | undefined {
  const expired = [...output.matchAll(/Release file for (\S+?)\/dists\/(\S+?)\/(?:In)?Release is expired/g)];
  const isExpired = (source: AptSource) =>
    source.checkValidUntil && expired.some(([, uri, suite]) => uri === source.uri && suite === source.suite);
  if (!sources.some(isExpired)) return undefined;
  return sources.map((source) => (isExpired(source) ? { ...source, checkValidUntil: false } : source));
}

/** In apt's one-line format, which both mmdebstrap and every apt read. */
export function renderSource({ uri, suite, checkValidUntil }: AptSource): string {
  const options = checkValidUntil ? "" : " check-valid-until=no";
  return `deb [signed-by=${debianKeyring}${options}] ${uri} ${suite} main`;
}
