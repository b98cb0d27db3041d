import { describe, expect, it } from "vitest";
import { defaultMirror, mirrorOf, parseAptSources, renderSource, sourcesFor, withoutExpiry } from "./apt-sources.js";

const deb822 = `# See sources.list(5)
Types: deb deb-src
URIs: https://mirror.example.org/debian/
Suites: bookworm bookworm-updates
Components: main
 contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Enabled: no
Types: deb
URIs: http://off.example.org/debian
Suites: sid
Components: main

Types: deb-src
URIs: http://sources.example.org/debian
Suites: bookworm
Components: main
`;

describe("reading apt's configuration", () => {
  it("reads deb822 stanzas with folded fields, and passes by what is disabled or has no binaries", () => {
    const uri = "https://mirror.example.org/debian/";
    expect(parseAptSources([{ name: "debian.sources", text: deb822 }])).toEqual([
      { uri, suite: "bookworm", components: ["main", "contrib"] },
      { uri, suite: "bookworm-updates", components: ["main", "contrib"] },
    ]);
  });

  it("reads one-line entries with options and comments", () => {
    const text = [
      "# deb http://no.example.org/debian bookworm main",
      "deb [arch=amd64 signed-by=/k.gpg] http://ftp.example.org/debian bookworm main non-free # the mirror",
      "deb-src http://ftp.example.org/debian bookworm main",
    ].join("\n");
    expect(parseAptSources([{ name: "sources.list", text }])).toEqual([
      { uri: "http://ftp.example.org/debian", suite: "bookworm", components: ["main", "non-free"] },
    ]);
  });
});

describe("the host's Debian mirror", () => {
  const main = ["main"];

  it("is the archive by name, not a third party that uses Debian's names for suites", () => {
    const mirror = mirrorOf([
      { uri: "https://packages.example.com/debian/12/prod", suite: "bookworm", components: main },
      { uri: "https://download.example.com/linux/debian", suite: "bookworm", components: ["stable"] },
      { uri: "http://ftp.example.org/debian/", suite: "bookworm", components: main },
      { uri: "http://ftp.example.org/debian-security", suite: "bookworm-security", components: main },
    ]);
    expect(mirror).toEqual({
      archive: "http://ftp.example.org/debian",
      security: "http://ftp.example.org/debian-security",
    });
  });

  it("may be a snapshot, whose other suites are of the same moment", () => {
    const archive = "http://snapshot.debian.org/archive/debian/20250520T000000Z";
    expect(mirrorOf([{ uri: archive, suite: "bookworm", components: main }]).archive).toBe(archive);
  });

  it("is Debian's own where the host has another distribution or none", () => {
    expect(mirrorOf([])).toEqual(defaultMirror);
    expect(mirrorOf([{ uri: "http://archive.ubuntu.com/ubuntu", suite: "noble", components: main }])).toEqual(
      defaultMirror,
    );
  });
});

describe("what an image installs from", () => {
  it("has updates and security fixes for a release, and backports only when they are the target", () => {
    const suites = (base: string, target: string) =>
      sourcesFor({ base, target }, defaultMirror).map(({ suite }) => suite);
    expect(suites("trixie", "trixie")).toEqual(["trixie", "trixie-updates", "trixie-security"]);
    expect(suites("trixie", "trixie-backports")).toContain("trixie-backports");
    expect(suites("forky", "forky")).toEqual(["forky"]);
  });
});

describe("an expired Release file", () => {
  const sources = sourcesFor({ base: "trixie", target: "trixie-backports" }, defaultMirror);
  const output =
    "E: Release file for http://deb.debian.org/debian/dists/trixie-backports/InRelease is expired (invalid since 2d).";

  it("switches that one check off for that one suite, and leaves signatures checked", () => {
    const relaxed = withoutExpiry(sources, output) ?? [];
    const lines = relaxed.map(renderSource);
    expect(lines.filter((line) => line.includes("check-valid-until=no"))).toEqual([
      "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg check-valid-until=no] " +
        "http://deb.debian.org/debian trixie-backports main",
    ]);
    expect(lines.join("\n")).not.toMatch(/trusted|allow-insecure/);
  });

  it("changes nothing for another error, or when the check is off already", () => {
    expect(withoutExpiry(sources, "E: The repository is not signed.")).toBeUndefined();
    expect(withoutExpiry(withoutExpiry(sources, output) ?? [], output)).toBeUndefined();
  });
});
