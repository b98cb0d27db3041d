import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../core/clock.js";
import type { EventBody } from "../../core/event.js";
import { type BuildSurroundings, ensureImage } from "../../images/build.js";
import { BuildFailure, type CompileOptions } from "../../images/engine.js";
import { clientRecipe, type Recipe, recipeHash } from "../../images/recipe.js";
import { engineClient } from "../../provisioners/docker/client.js";
import type { Engine } from "../../provisioners/docker/engine.js";
import { poll } from "../../core/poll.js";
import { testEngine } from "../support/engine.js";

let engine: Engine;
let stateFolder: string;
const tags: string[] = [];

beforeAll(async () => {
  engine = await testEngine();
  stateFolder = mkdtempSync(join(tmpdir(), "pf-images-"));
  // The base that these recipes stand on comes with the client's image.
  await ensureImage(clientRecipe(), surroundings([]));
}, 600_000);

afterAll(async () => {
  for (const tag of tags) await engine.images.remove(tag);
  rmSync(stateFolder, { recursive: true });
});

function surroundings(events: EventBody[], signal?: AbortSignal): BuildSurroundings {
  return {
    ...{ engine: engine.images, engineName: engine.title, clock: systemClock, stateFolder, env: process.env },
    emit: (event) => events.push(event),
    ...(signal && { signal }),
  };
}

/** The client's recipe with another Dockerfile, different every time, so that no cache knows it. */
function recipeOf(run: string): Recipe {
  const dockerfile = `ARG BASE\nFROM \${BASE}\nLABEL plugfest.image=client\nRUN : ${crypto.randomUUID()}; ${run}\n`;
  const parts = { ...clientRecipe(), dockerfile, files: [] };
  const tag = `plugfest/client:e2e-${recipeHash(parts)}`;
  tags.push(tag);
  return { ...parts, tag };
}

async function stepsStillRunning(mark: string): Promise<number> {
  const containers = await engineClient(engine.location).listContainers({ all: true });
  return containers.filter(({ Command }) => Command.includes(mark)).length;
}

describe("building an image", () => {
  it("happens once, however many want it, and keeps the versions it found as labels", async () => {
    const recipe = recipeOf("echo plugfest-version probe 2:4.25.1+dfsg-1");
    const events: EventBody[] = [];
    const [first, second] = await Promise.all([
      ensureImage(recipe, surroundings(events)),
      ensureImage(recipe, surroundings(events)),
    ]);
    expect(first.versions).toEqual({ probe: "2:4.25.1+dfsg-1" });
    expect(second).toEqual(first);
    expect(events.filter(({ type }) => type === "image.started")).toHaveLength(1);
    const later: EventBody[] = [];
    expect(await ensureImage(recipe, surroundings(later))).toEqual(first);
    expect(later).toEqual([]);
  });

  it("that fails says so with its last lines, the log and a hint, and leaves nothing behind", async () => {
    const mark = crypto.randomUUID();
    const recipe = recipeOf(`echo about to break ${mark}; exit 7`);
    const failure = await ensureImage(recipe, surroundings([])).then(
      () => undefined,
      (error: unknown) => (error as { failure?: Record<string, string> }).failure,
    );
    expect(failure).toMatchObject({ code: "image/build", hint: expect.stringMatching(/./) as string });
    expect(failure?.["message"]).toContain("returned a non-zero code: 7");
    expect(failure?.["stderrTail"]).toContain(`about to break ${mark}`);
    expect(existsSync(failure?.["logPath"] ?? "")).toBe(true);
    expect(await stepsStillRunning(mark)).toBe(0);
    expect(await engine.images.find(recipe.tag)).toBeUndefined();
  });

  it("for a Samba the mirror does not have says that", async () => {
    const recipe = recipeOf(`echo "plugfest-no-samba 4.99 in trixie:"; exit 1`);
    await expect(ensureImage(recipe, surroundings([]))).rejects.toMatchObject({
      failure: { hint: expect.stringContaining("has no Samba") as string },
    });
  });

  it("that is interrupted gives the interrupt's reason and leaves no container", async () => {
    const mark = crypto.randomUUID();
    const interrupt = new AbortController();
    const emit = (event: EventBody) => {
      if (event.type === "image.progress" && event.line.includes(`now ${mark}`)) interrupt.abort(new Error("stop"));
    };
    const recipe = recipeOf(`sleep 1; echo now ${mark}; sleep 1000`);
    await expect(ensureImage(recipe, { ...surroundings([], interrupt.signal), emit })).rejects.toThrow("stop");
    const gone = async () => ((await stepsStillRunning(mark)) === 0 ? true : undefined);
    expect(await poll(gone, { clock: systemClock, everyMs: 50, withinMs: 5000 })).toBe(true);
  });
});

describe("compiling in an image", () => {
  const volume = {
    name: `plugfest-compiled-e2e-${crypto.randomUUID()}`,
    path: "/compiled",
    labels: { "plugfest.e2e": "compile" },
  };
  afterAll(async () => {
    await engine.images.removeVolume(volume.name);
  });

  const options = (script: string, more: Partial<CompileOptions> = {}): CompileOptions => ({
    ...{ image: clientRecipe().tag, argv: ["sh", "-c", script], volume, onLine: () => undefined },
    files: [{ path: "/source", content: "of a commit\n", mode: 0o644 }],
    ...more,
  });

  it("gives an image with what it left there, and keeps its volume for the next one", async () => {
    const lines: string[] = [];
    const onLine = (line: string) => lines.push(line);
    const made = await engine.images.compile(
      options("cat /source >/installed; cat /source >>/compiled/objects; rm /source; echo done", { onLine }),
    );
    tags.push(made);
    expect(lines.filter((line) => line !== "")).toEqual(["done"]);
    lines.length = 0;
    const image = { image: made, onLine };
    tags.unshift(await engine.images.compile(options("cat /installed /compiled/objects; ls /compiled", image)));
    expect(lines.filter((line) => line !== "")).toEqual(["of a commit", "of a commit", "objects"]);
    expect(await engine.images.volumes("plugfest.e2e")).toContainEqual({ name: volume.name, labels: volume.labels });
  });

  it("that fails says how, and leaves no container", async () => {
    const mark = crypto.randomUUID();
    const failing = engine.images.compile(options(`: ${mark}; exit 7`));
    await expect(failing).rejects.toThrow(new BuildFailure("it ended with 7"));
    expect(await stepsStillRunning(mark)).toBe(0);
  });

  it("that is interrupted gives the interrupt's reason and leaves no container", async () => {
    const mark = crypto.randomUUID();
    const interrupt = new AbortController();
    const onLine = (line: string) => {
      if (line === mark) interrupt.abort(new Error("stop"));
    };
    const cut = engine.images.compile(options(`echo ${mark}; sleep 1000`, { onLine, signal: interrupt.signal }));
    await expect(cut).rejects.toThrow("stop");
    const gone = async () => ((await stepsStillRunning(mark)) === 0 ? true : undefined);
    expect(await poll(gone, { clock: systemClock, everyMs: 50, withinMs: 5000 })).toBe(true);
  });
});
