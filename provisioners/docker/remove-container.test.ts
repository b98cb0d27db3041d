import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeClock } from "../../core/clock.js";
import { ownOwner } from "../../core/owner.js";
import type { ObservedObject } from "../../topologies/objects.js";
import { engineClient } from "./client.js";
import { removeContainer } from "./remove-container.js";

let folder = "";
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pf-remove-"));
});

afterEach(() => {
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

const held = `could not kill: tried to kill container, but did not receive an exit event`;

const laptop: ObservedObject = {
  ...{ id: "client/laptop", lab: "thaw", kind: "machine", ref: "c1", specHash: "", state: "ready", stateReason: "" },
  ...{ createdMs: 0, stamp: { lab: "thaw", owner: ownOwner(), keep: true, version: "", source: "" } },
};

/** An engine whose kernel holds on to c1 for as long as the lab has a frozen container, or for good. */
async function engine({ frozen, forGood = false }: { readonly frozen: readonly string[]; readonly forGood?: boolean }) {
  const asleep = new Set(frozen);
  const asked: string[] = [];
  const path = join(folder, "e.sock");
  server = createServer(({ method = "", url = "" }, response) => {
    const [at = ""] = url.split("?");
    asked.push(`${method} ${at}`);
    const answer = (code: number, body: unknown) => {
      response.writeHead(code, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    };
    const id = /^\/containers\/(\w+)\/unpause$/.exec(at)?.[1];
    if (at === "/containers/json")
      answer(
        200,
        [...asleep].map((one) => ({ Id: one, Names: [`/${one}`] })),
      );
    else if (id !== undefined) answer(asleep.delete(id) ? 204 : 500, undefined);
    else if (method === "DELETE" && (forGood || asleep.size > 0)) answer(500, { message: held });
    else if (method === "DELETE") answer(204, undefined);
    else answer(200, {});
  });
  await new Promise<void>((resolve) => server?.listen(path, resolve));
  return { asked, remove: () => removeContainer(engineClient({ socketPath: path }), fakeClock(), laptop) };
}

test("what the kernel holds on to goes when the lab's frozen containers were let go on, for a mount waits for its server", async () => {
  const { asked, remove } = await engine({ frozen: ["n1", "n2"] });
  await remove();
  expect(asked).toEqual([
    ...["DELETE /containers/c1", "GET /containers/json"],
    ...["POST /containers/n1/unpause", "POST /containers/n2/unpause", "DELETE /containers/c1"],
  ]);
});

test("one that stays nevertheless is told of, with what lets it go", async () => {
  const { asked, remove } = await engine({ frozen: [], forGood: true });
  await expect(remove()).rejects.toMatchObject({ failure: { code: "engine/held-by-kernel" } });
  expect(asked.filter((one) => one.startsWith("DELETE")).length).toBeGreaterThan(2);
});
