import { afterAll, describe, expect, test } from "vitest";
import { engineClient } from "../../provisioners/docker/client.js";
import { engineOrSkip } from "../support/engine.js";
import { folder, plugfest } from "../support/plugfest.js";
import { labText, objectsOf } from "../support/small-lab.js";

const engine = await engineOrSkip();
const lab = "e2e-eight";

describe.skipIf(engine === undefined)("eight nodes", () => {
  const docker = engineClient(engine?.location ?? { socketPath: "/nonexistent" });
  const place = folder({ "lab.yaml": labText({ name: lab, net: 17, nodes: 8 }) });

  afterAll(async () => {
    await plugfest(["down", lab]);
    place[Symbol.dispose]();
  });

  test("come up, hold every address, and go without a trace", async () => {
    const made = await plugfest(["up", "./lab.yaml"], { cwd: place.path });
    expect(made, made.stdout + made.stderr).toMatchObject({ exit: 0 });
    const status = await plugfest(["exec", lab, "node8", "--", "ctdb", "nodestatus", "all"]);
    expect(status.exit, status.stdout).toBe(0);
    // Columns of `ctdb -X ip`: an empty one, the address, the number of the node that holds it, or -1.
    const { stdout } = await plugfest(["exec", lab, "node1", "--", "ctdb", "-X", "ip", "all"]);
    const holders = [...stdout.matchAll(/^\|(10\.91\.18\.\d+)\|(-?\d+)\|/gm)];
    expect(holders).toHaveLength(8);
    expect(new Set(holders.map(([, , holder]) => holder))).toEqual(new Set(["0", "1", "2", "3", "4", "5", "6", "7"]));
    expect(await plugfest(["down", lab])).toMatchObject({ exit: 0 });
    expect(await objectsOf(docker, lab)).toEqual([]);
  });
});
