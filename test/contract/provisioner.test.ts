import Docker from "dockerode";
import { describe } from "vitest";
import { fakeClock, systemClock } from "../../core/clock.js";
import { dockerProvisioner } from "../../provisioners/docker/docker-provisioner.js";
import { fakeProvisioner } from "../../provisioners/fake/fake-provisioner.js";
import { FakeWorld } from "../../provisioners/fake/world.js";
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

const image = process.env["PLUGFEST_CONTRACT_IMAGE"];
describe.skipIf(image === undefined)("docker", () => {
  const socketPath = process.env["DOCKER_HOST"]?.replace("unix://", "") ?? "/var/run/docker.sock";
  const docker = new Docker({ socketPath });
  const provisioner = dockerProvisioner({ socketPath }, systemClock);
  provisionerContract("docker", () => ({
    provisioner,
    clock: systemClock,
    image: image ?? "",
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
});
