import { beforeAll, describe, expect, test } from "vitest";
import { fakeClock, systemClock } from "../../core/clock.js";
import type { ToolError } from "../../core/errors.js";
import { engineClient } from "../../provisioners/docker/client.js";
import { dockerProvisioner } from "../../provisioners/docker/docker-provisioner.js";
import { fakeProvisioner } from "../../provisioners/fake/fake-provisioner.js";
import { FakeWorld } from "../../provisioners/fake/world.js";
import { clientImage, engineOrSkip } from "../support/engine.js";
import { dockerContract } from "./docker.contract.js";
import { provisionerContract } from "./provisioner.contract.js";

const world = new FakeWorld();
world.images = new Set(["fake"]);
const clock = fakeClock();
provisionerContract("fake", () => ({
  provisioner: fakeProvisioner(world, clock),
  clock,
  image: "fake",
  stop: (lab, node) => {
    world.stop(lab, node);
    return Promise.resolve();
  },
  say: (lab, node, text) => {
    world.machine(lab, node)?.console.push({ atMs: clock.now(), text });
    return Promise.resolve();
  },
  takeVolumeName: (lab, name) => {
    world.strangers.add(`${lab}/volume/${name}`);
    return Promise.resolve(() => {
      world.strangers.clear();
      return Promise.resolve();
    });
  },
}));

const engine = await engineOrSkip();
describe.skipIf(engine === undefined)("docker", () => {
  const location = engine?.location ?? { socketPath: "/nonexistent" };
  const docker = engineClient(location);
  const provisioner = dockerProvisioner(location, systemClock);
  let image = "";
  beforeAll(async () => {
    if (engine) image = process.env["PLUGFEST_CONTRACT_IMAGE"] ?? (await clientImage(engine));
  });
  provisionerContract("docker", () => ({
    provisioner,
    clock: systemClock,
    image,
    stop: async (lab, node) => {
      const container = docker.getContainer(`plugfest-${lab}-${node}`);
      await container.kill();
      await container.wait();
    },
    say: async (lab, node, text) => {
      await provisioner.connect(lab, node).exec(["sh", "-c", "cat > /proc/1/fd/1"], { input: text });
    },
    takeVolumeName: async (lab, name) => {
      const volume = await docker.createVolume({ Name: `plugfest-${lab}-${name}` });
      return async () => {
        await volume.remove();
      };
    },
  }));
  dockerContract(() => ({ docker, provisioner, image }));
});

describe("docker without an engine", () => {
  test("says that the engine does not answer, and what to do", async () => {
    const provisioner = dockerProvisioner({ socketPath: "/nonexistent/docker.sock" }, systemClock);
    const error = await provisioner.observe({}).catch((reason: unknown) => reason);
    expect((error as ToolError).failure).toMatchObject({ code: "engine/unreachable" });
  });
});
