import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Event } from "../../core/event.js";
import { engineOrSkip } from "../support/engine.js";
import { isFull } from "../support/full.js";
import { folder, plugfest } from "../support/plugfest.js";

const engine = await engineOrSkip();
const lab = "e2e-direct";

const topology = `name: ${lab}
networks: { public: { subnet: 10.91.84.0/24, rdma: rxe } }
servers: { nas: { kind: ksmbd, shares: [dvd], memory: 384MiB } }
clients:
  direct: { kind: cifs, memory: 384MiB, mount: { hard: true, rdma: true } }
  plain: { kind: cifs, memory: 384MiB, mount: { hard: true } }
`;

const scenario = (client: string) => `name: by-${client}
topology: ./lab.yaml
steps:
  - copy: { id: dvd, from: ${client}, to: dvd/dvd.iso, size: 8MiB }
  - expect: { copy: dvd, content: identical, acknowledged: kept }
  - expect: { copy: dvd, rdma: carried }
`;

/** Compiles modules where no image has them yet, and boots three machines: for `npm run test:full`. */
describe.skipIf(engine === undefined || !isFull)("SMB Direct between two kernels", () => {
  const files = { "lab.yaml": topology, "direct.yaml": scenario("direct"), "plain.yaml": scenario("plain") };
  const place = folder(files);
  const run = (...args: string[]) => plugfest(args, { cwd: place.path });
  const eventsOf = (name: string) => {
    const text = readFileSync(join(place.path, "runs", name, "latest", "events.jsonl"), "utf8").trim();
    return text.split("\n").map((line) => JSON.parse(line) as Event);
  };
  afterAll(async () => {
    await run("down", lab);
    place[Symbol.dispose]();
  });

  test("carries a copy, as the counters of both ends say; a copy by TCP is told from it", async () => {
    const up = await run("up", "lab.yaml");
    expect(up.exit, up.stderr).toBe(0);
    const ran = await run("run", "direct.yaml", "--prove");
    expect(ran.exit, ran.stdout + ran.stderr).toBe(0);
    const [carried] = eventsOf("by-direct").flatMap((event) => (event.type === "rdma.carried" ? [event] : []));
    expect(carried?.ends.map(({ node }) => node)).toEqual(["direct", "nas"]);
    expect(carried?.ends[0]?.rdmaBytes?.sent).toBeGreaterThan(8 * 2 ** 20);
    expect(carried?.ends[1]?.rdmaBytes?.received).toBeGreaterThan(8 * 2 ** 20);

    const red = await run("run", "plain.yaml");
    expect(red.exit, red.stdout).toBe(1);
    const outcomes = eventsOf("by-plain").flatMap((event) =>
      event.type === "check.finished" ? [`${event.check}: ${event.outcome}`] : [],
    );
    expect(outcomes).toContain("dvd: content: pass");
    expect(outcomes).toContain("dvd: rdma: fail");
  });
});
