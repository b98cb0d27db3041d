import { describe, expect, it } from "vitest";
import { catalogue, catalogueEntry } from "./catalogue.js";
import { clientRecipe, nodeRecipe, recipeHash, type Recipe } from "./recipe.js";

const parts: Omit<Recipe, "tag"> = {
  name: "node",
  samba: "4.25",
  base: "forky",
  target: "forky",
  dockerfile: "FROM x\n",
  files: [{ path: "/a", content: "one", mode: 0o644 }],
  ...{ context: [], args: {} },
};

describe("a recipe's hash", () => {
  it("is the same for the same parts", () => {
    expect(recipeHash({ ...parts, files: [...parts.files] })).toBe(recipeHash(parts));
    expect(recipeHash(parts)).toMatch(/^[0-9a-f]{12}$/);
  });

  it("changes with every part that decides what is in the image", () => {
    const variants: Omit<Recipe, "tag">[] = [
      { ...parts, name: "client" },
      { ...parts, samba: "4.24" },
      { ...parts, base: "trixie" },
      { ...parts, target: "trixie-backports" },
      { ...parts, dockerfile: "FROM y\n" },
      { ...parts, files: [] },
      { ...parts, files: [{ path: "/b", content: "one", mode: 0o644 }] },
      { ...parts, files: [{ path: "/a", content: "two", mode: 0o644 }] },
      { ...parts, files: [{ path: "/a", content: "one", mode: 0o755 }] },
      { ...parts, context: [{ path: "packages/a.deb", content: "one", mode: 0o644 }] },
      { ...parts, args: { SAMBA_BUILD: "plugfest/samba:4.25" } },
      { ...parts, source: { from: "/src/samba", commit: "0".repeat(40), configure: [] } },
      { ...parts, source: { from: "/src/samba", commit: "0".repeat(40), configure: ["--enable-developer"] } },
    ];
    const hashes = [parts, ...variants].map(recipeHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it("does not take a file's name for its content", () => {
    const file = (path: string, content: string) => ({ ...parts, files: [{ path, content, mode: 0o644 }] });
    expect(recipeHash(file("/ab", "c"))).not.toBe(recipeHash(file("/a", "bc")));
  });
});

describe("the shipped recipes", () => {
  it("tag each Samba of the catalogue", () => {
    for (const { samba } of catalogue)
      expect(nodeRecipe(samba).tag).toMatch(new RegExp(`^plugfest/node:${samba}-[0-9a-f]{12}$`));
  });

  it("put the node's program and the client's in place, executable where they are programs, without tests", () => {
    const { files } = nodeRecipe("4.25");
    expect(files.find(({ path }) => path === "/usr/local/sbin/plugfest-node")?.mode).toBe(0o755);
    expect(files.some(({ path }) => path === "/usr/lib/plugfest/plugfest_smb3/__main__.py")).toBe(true);
    expect(files.filter(({ path }) => /test|__pycache__/.test(path))).toEqual([]);
  });

  it("keep clients on a released suite, whatever Samba is under test", () => {
    expect(clientRecipe().base).toBe("trixie");
    expect(clientRecipe().files.every(({ path }) => path.startsWith("/usr/lib/plugfest/"))).toBe(true);
  });
});

describe("the catalogue", () => {
  it("knows where each Samba comes from, and takes backports on the base of their release", () => {
    expect(catalogueEntry("4.24")).toEqual({ samba: "4.24", base: "trixie", target: "trixie-backports" });
    expect(catalogueEntry("4.20")).toBeUndefined();
  });
});
