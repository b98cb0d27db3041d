import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { SambaBuild, SambaSource } from "../core/samba-build.js";
import { archiveOf, commitsBetween, repositoryOf, versionOf } from "./git-source.js";
import { ownRecipe, pinned } from "./own-recipe.js";
import { compiledVolume } from "./recipe.js";

const build = (source: SambaSource): SambaBuild => ({
  ...{ name: "candidate", version: "4.24", base: "trixie", suite: "trixie-backports", source },
});

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plugfest-own-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
});

const git = (...argv: string[]) =>
  execaSync("git", ["-C", folder, "-c", "user.name=x", "-c", "user.email=x@example.org", ...argv]).stdout;

function commit(text: string): string {
  writeFileSync(join(folder, "VERSION"), text);
  git("add", "VERSION");
  git("commit", "-q", "-m", text);
  return git("rev-parse", "HEAD");
}

describe("a Samba from a folder of packages", () => {
  it("is another image when a package is another one", async () => {
    writeFileSync(join(folder, "samba_4.24.7_amd64.deb"), "one");
    writeFileSync(join(folder, "samba-dbgsym_4.24.7_amd64.deb"), "large");
    const first = await ownRecipe(build({ kind: "debs", folder }));
    expect(first.tag).toMatch(/^plugfest\/node:4\.24-[0-9a-f]{12}$/);
    expect(first.context.map(({ path }) => path)).toEqual([
      "packages/samba_4.24.7_amd64.deb",
      "setup/etc/apt/preferences.d/plugfest-own",
      "setup/etc/apt/sources.list.d/plugfest-own.list",
    ]);
    expect((await ownRecipe(build({ kind: "debs", folder }))).tag).toBe(first.tag);
    writeFileSync(join(folder, "samba_4.24.7_amd64.deb"), "two");
    expect((await ownRecipe(build({ kind: "debs", folder }))).tag).not.toBe(first.tag);
  });

  it("is refused where there are none", async () => {
    await expect(ownRecipe(build({ kind: "debs", folder }))).rejects.toThrow(`${folder} has no .deb files`);
  });
});

describe("a pinned Samba", () => {
  it("takes packages of its version alone, however exact, and has a tag that an engine takes", async () => {
    const exact = { ...build({ kind: "debian" }), version: "4.22.10+dfsg-0+deb13u2" };
    const { tag, context } = await ownRecipe(exact);
    expect(tag).toMatch(/^plugfest\/node:4\.22\.10-dfsg-0-deb13u2-[0-9a-f]{12}$/);
    const pin = context.find(({ path }) => path.endsWith("plugfest-own"))?.content.toString() ?? "";
    // apt takes versions for packages that are named, and for none by `*`.
    expect(pin).toMatch(/^Package: src:samba\n/);
    const pattern = new RegExp(/Pin: version \/(.*)\//.exec(pin)?.[1] ?? "x");
    for (const own of ["2:4.22.10+dfsg-0+deb13u2", "2:2.11.0+samba4.22.10+dfsg-0+deb13u2"])
      expect(own).toMatch(pattern);
    for (const other of ["2:4.22.10+dfsg-0+deb13u20", "2:4.22.11+dfsg-0+deb13u1", "2:14.22.10"]) {
      expect(other).not.toMatch(pattern);
    }
  });
});

describe("a Samba from an apt source", () => {
  /** A source whose Release file has this text; another text is another state. */
  async function source(text: string): Promise<string> {
    const server = createServer((request, response) => {
      const found = request.url === "/debian/dists/trixie/Release";
      response.writeHead(found ? 200 : 404).end(found ? text : "");
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    onTestFinished(() => {
      server.close();
    });
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/debian`;
  }

  it("has its key, its priority, and the state that it is in now", async () => {
    const key = join(folder, "key.asc");
    writeFileSync(key, "a key");
    const line = `deb ${await source("one")} trixie main`;
    const { context } = await ownRecipe(build({ kind: "apt", line, key }));
    const texts = Object.fromEntries(context.map(({ path, content }) => [path, content.toString()]));
    expect(texts["setup/etc/apt/sources.list.d/plugfest-own.list"]).toBe(
      `${line.replace("deb ", "deb [signed-by=/etc/apt/keyrings/plugfest-own.asc] ")}\n`,
    );
    expect(texts["setup/etc/apt/keyrings/plugfest-own.asc"]).toBe("a key");
    expect(texts["setup/etc/apt/preferences.d/plugfest-own"]).toContain('origin "127.0.0.1"');
    const later = await ownRecipe(build({ kind: "apt", line: `deb ${await source("two")} trixie main`, key }));
    expect(later.context.find(({ path }) => path === "packages/state")?.content).not.toBe(texts["packages/state"]);
  });

  it("says so where it does not answer, or its key is missing", async () => {
    const address = await source("one");
    const read = (line: string, key: string | null) => ownRecipe(build({ kind: "apt", line, key }));
    await expect(read(`deb ${address} sid main`, null)).rejects.toThrow("does not answer (Packages: 404)");
    await expect(read(`deb ${address} trixie main`, join(folder, "key.gpg"))).rejects.toThrow("cannot be read");
  });
});

describe("a Samba from a git repository", () => {
  const from = (ref: string): SambaBuild => build({ kind: "git", from: folder, ref, configure: ["--with=a b"] });
  beforeEach(() => {
    git("init", "-q", "-b", "main");
  });

  it("is built once for each commit, whatever it is called by", async () => {
    const first = commit("one");
    git("tag", "-a", "-m", "x", "samba-1");
    const second = commit("two");
    const [tagged, byId, newest] = [
      await ownRecipe(from("samba-1")),
      await ownRecipe(from(first)),
      await ownRecipe(from("main")),
    ];
    const source = { from: folder, commit: first, configure: ["--with=a b"] };
    expect(tagged.needs?.source).toEqual(source);
    expect(tagged.needs?.tag).toMatch(/^plugfest\/samba:4\.24-/);
    expect(tagged.args).toEqual({ SAMBA_BUILD: tagged.needs?.tag });
    const other = await ownRecipe(build({ kind: "git", from: folder, ref: first, configure: ["--with=ab"] }));
    expect(other.tag).not.toBe(tagged.tag);
    expect(byId.tag).toBe(tagged.tag);
    expect(newest.tag).not.toBe(tagged.tag);
    // What is compiled in the same way shares what was compiled, and nothing else does.
    const volumes = [tagged, newest, other].map(({ needs }) => needs?.source && compiledVolume(needs, needs.source));
    expect(volumes[0]).toMatch(/^plugfest-compiled-[0-9a-f]{12}$/);
    expect(volumes).toEqual([volumes[0], volumes[0], expect.not.stringMatching(volumes[0] ?? "")]);
    // All night it is the commit that the branch is at now.
    const night = await pinned(from("main"));
    commit("three");
    expect((await ownRecipe(night)).needs?.source?.commit).toBe(second);
  });

  it("names what git says of a ref that there is not", async () => {
    commit("one");
    for (const place of [folder, `file://${folder}`]) {
      const gone = build({ kind: "git", from: place, ref: "gone", configure: [] });
      await expect(ownRecipe(gone)).rejects.toThrow(`${place} has no branch, tag or commit gone`);
    }
  });

  it("is taken from an address as from a folder, by a copy that follows it", async () => {
    const state = mkdtempSync(join(tmpdir(), "plugfest-own-"));
    onTestFinished(() => {
      rmSync(state, { recursive: true });
    });
    const far = { from: `file://${folder}` };
    const commits = [commit("one"), commit("two")];
    const copy = await repositoryOf(commits, far, state);
    expect(copy).not.toBe(folder);
    const third = commit("three");
    git("tag", "-a", "-m", "x", "samba-3");
    const recipe = await ownRecipe(build({ kind: "git", ref: "samba-3", configure: [], ...far }));
    expect(recipe.needs?.source?.commit).toBe(third);
    expect(await repositoryOf([third], far, state)).toBe(copy);
    expect(await commitsBetween(commits[0] ?? "", third, copy)).toEqual([...commits, third]);
    expect(await commitsBetween(third, commits[0] ?? "", copy)).toEqual([third, ...commits.toReversed()]);
    git("checkout", "-q", "-b", "other", commits[0] ?? "");
    const other = commit("elsewhere");
    expect(await commitsBetween(third, other, await repositoryOf([other], far, state))).toEqual([]);
    const version = commit("#\nSAMBA_VERSION_MAJOR=4\nSAMBA_VERSION_MINOR=25\nSAMBA_VERSION_RELEASE=0\n");
    expect(await versionOf(version, folder)).toBe("4.25");
    const archive = await archiveOf(third, copy);
    expect(execaSync("tar", ["-xzO", "VERSION"], { input: archive }).stdout).toBe("three");
  });
});
