import { describe, expect, it } from "vitest";
import type { EngineImage, ImageEngine } from "./engine.js";
import { listImages, pruneImages } from "./inventory.js";
import { ownLabel } from "./labels.js";
import { compiledRecipe, nodeRecipe, ownMarks } from "./recipe.js";

const entry = { samba: "4.25", base: "trixie", target: "trixie" };
const built = compiledRecipe(entry, { from: "/samba", commit: "c".repeat(40), configure: [] });

/** An engine that keeps nothing but a list of images, and a volume of this plugfest and one of an older one. */
function engineWith(...images: readonly { readonly tag: string; readonly own?: string | undefined }[]) {
  let kept: EngineImage[] = images.map(({ tag, own }, index) => ({
    ...{ id: `sha256:${String(index)}`, tags: [tag], bytes: 1, createdMs: index },
    labels: own === undefined ? {} : { [ownLabel]: own },
  }));
  let volumes = [
    { name: "compiled", labels: { [ownLabel]: built.own ?? "" } },
    { name: "compiled-before", labels: { [ownLabel]: "0123456789ab" } },
  ];
  const unused = () => Promise.reject(new Error("nobody asks for that"));
  const engine: ImageEngine = {
    ...{ find: unused, pull: unused, importTar: unused, build: unused, compile: unused },
    volumes: () => Promise.resolve(volumes),
    removeVolume: (gone) => {
      volumes = volumes.filter(({ name }) => name !== gone);
      return Promise.resolve("removed");
    },
    list: () => Promise.resolve(kept),
    remove: (reference) => {
      kept = kept.filter(({ tags }) => !tags.includes(reference));
      return Promise.resolve("removed");
    },
  };
  return { engine, left: () => kept.flatMap(({ tags }) => tags) };
}

describe("images", () => {
  const mine = { tag: built.tag, own: built.own };
  const [older, stranger] = [
    { tag: "plugfest/node:4.25-old", own: "0123456789ab" },
    { tag: "plugfest/node:4.25-older" },
  ];
  const catalogued = { tag: nodeRecipe("4.25").tag };

  it("with a Samba of the user's own are told from those of the catalogue", async () => {
    expect(ownMarks()).toContain(built.own);
    const rows = await listImages(engineWith(mine, older, stranger, catalogued).engine);
    expect(rows.map(({ reference, own, current }) => [reference, own, current]).toSorted()).toEqual(
      [
        [catalogued.tag, false, true],
        [mine.tag, true, true],
        [older.tag, false, false],
        [stranger.tag, false, false],
      ].toSorted(),
    );
  });

  it("of a Samba that was compiled stay when others go, unless they are to go as well", async () => {
    const { engine, left } = engineWith(mine, older, stranger, catalogued);
    expect((await pruneImages(engine, { own: false })).toSorted()).toEqual([
      "compiled-before",
      older.tag,
      stranger.tag,
    ]);
    expect(left()).toEqual([mine.tag, catalogued.tag]);
    expect(await pruneImages(engine, { own: true })).toEqual([mine.tag, "compiled"]);
  });
});
