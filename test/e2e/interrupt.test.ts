import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { Event } from "../../core/event.js";
import { systemClock } from "../../core/clock.js";
import { poll } from "../../core/poll.js";
import { engineClient } from "../../provisioners/docker/client.js";
import { engineOrSkip } from "../support/engine.js";
import { engineProxy } from "../support/engine-proxy.js";
import { folder, plugfest } from "../support/plugfest.js";
import { labText, objectsOf } from "../support/small-lab.js";
import { startPlugfest } from "../support/started.js";

const engine = await engineOrSkip();
const location = engine?.location ?? { socketPath: "/nonexistent" };
const socketPath = "socketPath" in location ? location.socketPath : undefined;
const lab = "e2e-interrupt";
const scenario = `name: interrupted
topology: ./lab.yaml
steps:
  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 1GiB, rate: 8MiB }
  - expect: { copy: dvd, content: identical }
`;

describe.skipIf(engine === undefined)("Ctrl-C", () => {
  const docker = engineClient(location);
  const place = folder({ "lab.yaml": labText({ name: lab, net: 15 }), "mine.yaml": scenario });
  const up = ["up", "./lab.yaml"];
  const run = ["run", "./mine.yaml"];

  afterEach(async () => {
    await plugfest(["down", lab]);
  });
  afterAll(() => {
    place[Symbol.dispose]();
  });

  const copying = (event: Event) => event.type === "copy.progress" && event.acked > 0;
  const waiting = ({ type }: Event) => type === "probe.waiting";
  const cases: [NodeJS.Signals, string, string[], (event: Event) => boolean][] = [
    ["SIGINT", "a run's copy", run, copying],
    ["SIGTERM", "a run's wait for its lab", run, waiting],
    ["SIGTERM", "up", up, waiting],
  ];

  test.each(cases)("as %s during %s cleans up and ends with 130", async (signal, _when, command, condition) => {
    const working = startPlugfest(command, place.path);
    await working.until(condition);
    working.kill(signal);
    const { exit, stderr } = await working.ended;
    expect({ exit, stderr }).toMatchObject({
      exit: 130,
      stderr: expect.stringContaining(`${signal}: cleaning up; once more to stop at once`) as string,
    });
    expect(stderr).toContain(`interrupted by ${signal}`);
    expect(await objectsOf(docker, lab)).toEqual([]);
  });

  const noSocket = socketPath === undefined;
  if (engine !== undefined && noSocket) console.warn("skipped: the engine does not listen on a socket");
  test.skipIf(noSocket)("twice ends at once, and says what removes the rest", async () => {
    // An engine that does not answer the first removal: the clean-up cannot end before the second Ctrl-C.
    const proxy = await engineProxy(socketPath ?? "", (request) => (request.startsWith("DELETE ") ? "hold" : "pass"));
    try {
      const working = startPlugfest(up, place.path, { DOCKER_HOST: proxy.host });
      await working.until(waiting);
      working.kill("SIGINT");
      await proxy.struck;
      let over = false;
      const ended = working.ended.finally(() => (over = true));
      // A second one that comes too soon counts as the same key: people press until something happens.
      const press = () => {
        if (!over) working.kill("SIGINT");
        return Promise.resolve(over ? true : undefined);
      };
      await poll(press, { clock: systemClock, everyMs: 100, withinMs: 60_000 });
      const { exit, stderr } = await ended;
      expect(exit).toBe(130);
      expect(stderr).toContain("stopped before everything was cleaned up; what remains is removed by: plugfest gc");
    } finally {
      proxy.close();
    }
    expect(await objectsOf(docker, lab)).not.toEqual([]);
    expect(await plugfest(["gc"])).toMatchObject({ exit: 0 });
    expect(await objectsOf(docker, lab)).toEqual([]);
  });
});
