import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Event } from "../../core/event.js";
import { systemClock } from "../../core/clock.js";
import { poll } from "../../core/poll.js";
import { engineClient } from "../../provisioners/docker/client.js";
import { isLocal } from "../../provisioners/docker/engine-location.js";
import { engineOrSkip } from "../support/engine.js";
import { folder, plugfest } from "../support/plugfest.js";
import { containerIds, labText, objectsOf, processesOf, programsIn } from "../support/small-lab.js";
import { startPlugfest } from "../support/started.js";

const engine = await engineOrSkip();
const location = engine?.location ?? { socketPath: "/nonexistent" };
const docker = engineClient(location);

const scenario = (size: string, faultAt: string) => `name: swept
topology: ./lab.yaml
steps:
  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: ${size}, rate: 8MiB }
    during:
      - at: { copy: dvd, bytes: ${faultAt} }
        disable: serving(dvd)
  - expect: { copy: dvd, content: identical }
`;

/** A run whose copy goes on until it is killed, one that is killed before its fault, and one that comes to its end. */
const runs = {
  "endless.yaml": scenario("8GiB", "4MiB"),
  "faultless.yaml": scenario("8GiB", "4GiB"),
  "short.yaml": scenario("8MiB", "4MiB"),
};

const is =
  (type: Event["type"]) =>
  (event: Event): boolean =>
    event.type === type;
const begins = (op: string, id: string) => (event: Event) =>
  event.type === "action.started" && event.op === op && event.id.startsWith(id);

describe.skipIf(engine === undefined)("a plugfest that is killed with -9", () => {
  describe("in run", () => {
    const lab = "e2e-swept-run";
    const place = folder({ "lab.yaml": labText({ name: lab, net: 11 }), ...runs });

    afterEach(async () => {
      await plugfest(["down", lab]);
    });
    afterAll(() => {
      place[Symbol.dispose]();
    });

    // The stages of `up` alone have their own sweep beside the lab's tests. Here each run makes the lab anew, so that
    // each stage also proves that the one before it left a world in which a lab can be made. A kill in mid-copy is below.
    const stages: [string, keyof typeof runs, (event: Event) => boolean][] = [
      ["the client's container is begun", "short.yaml", begins("create", "client/")],
      ["the lab is ready", "short.yaml", is("lab.ready")],
      ["the capture runs", "endless.yaml", is("capture.started")],
      ["the fault is begun", "endless.yaml", is("fault.started")],
      ["the client has lost its node", "endless.yaml", is("copy.lost")],
      ["the evidence is drawn", "short.yaml", is("evidence")],
      ["the file is read back", "short.yaml", (event) => event.type === "copy.started" && event.verb !== "put"],
      ["the lab is being removed", "short.yaml", begins("remove", "node/")],
    ];

    test.each(stages)("when %s, leaves nothing that gc does not find", async (_stage, file, condition) => {
      const running = startPlugfest(["run", `./${file}`], place.path);
      await running.until(condition);
      running.kill("SIGKILL");
      await running.ended;
      expect(await objectsOf(docker, lab)).not.toEqual([]);
      const containers = await containerIds(docker, lab);
      expect(await plugfest(["gc"])).toMatchObject({ exit: 0 });
      expect(await objectsOf(docker, lab)).toEqual([]);
      if (isLocal(location)) expect(processesOf({ containers, folder: place.path })).toEqual([]);
    });
  });

  describe("in a run on a lab that was up", () => {
    const lab = "e2e-swept-kept";
    const place = folder({ "lab.yaml": labText({ name: lab, net: 13 }), ...runs });
    const cwd = place.path;

    beforeAll(async () => {
      expect(await plugfest(["up", "./lab.yaml"], { cwd })).toMatchObject({ exit: 0 });
    });
    afterAll(async () => {
      expect(await plugfest(["down", lab])).toMatchObject({ exit: 0 });
      expect(await objectsOf(docker, lab)).toEqual([]);
      place[Symbol.dispose]();
    });

    const copying = (event: Event) => event.type === "copy.progress" && event.acked > 0;

    test("leaves the lab whole, without its client program and its capture, and fit for the next run", async () => {
      const whole = await objectsOf(docker, lab);
      const running = startPlugfest(["run", "./faultless.yaml"], cwd);
      await running.until(copying);
      const laptop = `plugfest-${lab}-laptop`;
      const ours = async () =>
        (await programsIn(docker, laptop)).filter((program) => /tcpdump|plugfest_smb3/.test(program));
      expect((await ours()).join("\n")).toMatch(/tcpdump[^]*plugfest_smb3|plugfest_smb3[^]*tcpdump/);
      if (isLocal(location)) {
        // What the sweep above looks for is found while it is there.
        const containers = await containerIds(docker, lab);
        expect(processesOf({ containers, folder: "" }).join("\n")).toMatch(/ctdbd[^]*tcpdump|tcpdump[^]*ctdbd/);
        expect(processesOf({ containers: [], folder: cwd }).join("\n")).toContain("plugfest run ./faultless.yaml");
      }
      running.kill("SIGKILL");
      await running.ended;
      // The leash is what ends them: nobody sends for them.
      const ended = await poll(async () => ((await ours()).length === 0 ? true : undefined), {
        ...{ clock: systemClock, everyMs: 100, withinMs: 30_000 },
      });
      expect(ended, (await ours()).join("\n")).toBe(true);
      expect((await plugfest(["gc"])).stdout).not.toContain(lab);
      expect((await objectsOf(docker, lab)).sort()).toEqual(whole.sort());
      const next = await plugfest(["run", "./short.yaml"], { cwd });
      expect(next, next.stdout + next.stderr).toMatchObject({ exit: 0 });
    });
  });
});
