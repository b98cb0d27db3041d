import { extract } from "tar-stream";
import { expect, it } from "vitest";
import { sourcesFor, defaultMirror } from "./apt-sources.js";
import { buildContext, labelContext } from "./context.js";
import { nodeRecipe } from "./recipe.js";

async function entriesOf(tar: Buffer) {
  const entries = new Map<string, { mode: number | undefined; text: string }>();
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const { name, mode } = entry.header;
    entries.set(name, { mode, text: Buffer.concat(chunks).toString() });
  }
  return entries;
}

const recipe = nodeRecipe("4.24");

it("has the Dockerfile, what apt needs here, and the recipe's files with their modes", async () => {
  const entries = await entriesOf(await buildContext(recipe, sourcesFor(recipe, defaultMirror)));
  expect(entries.get("Dockerfile")?.text).toBe(recipe.dockerfile);
  expect(entries.get("setup/etc/apt/sources.list.d/plugfest.list")?.text).toContain("trixie-backports main\n");
  expect(entries.get("setup/usr/sbin/policy-rc.d")?.mode).toBe(0o755);
  expect(entries.get("rootfs/usr/local/sbin/plugfest-node")?.mode).toBe(0o755);
  for (const { path } of recipe.files) expect(entries.has(`rootfs${path}`)).toBe(true);
});

it("is the same bytes every time, for the engine's cache goes by them", async () => {
  const once = await buildContext(recipe, sourcesFor(recipe, defaultMirror));
  const again = await buildContext(recipe, sourcesFor(recipe, defaultMirror));
  expect(once.equals(again)).toBe(true);
});

it("adds labels whose values need quotes", async () => {
  const entries = await entriesOf(
    await labelContext("sha256:abc", { "plugfest.version.samba": '2:4.25.1+dfsg-1 "x"' }),
  );
  expect(entries.get("Dockerfile")?.text).toBe(
    'FROM sha256:abc\nLABEL plugfest.version.samba="2:4.25.1+dfsg-1 \\"x\\""\n',
  );
});
