import { beforeAll, describe } from "vitest";
import { systemClock } from "../../core/clock.js";
import { poll } from "../../core/poll.js";
import { stateFolder } from "../../core/paths.js";
import { ensureMachineImage } from "../../images/machine-build.js";
import { machineRecipe } from "../../images/machine-recipe.js";
import { engineClient } from "../../provisioners/docker/client.js";
import { labProvisioner } from "../../provisioners/lab-provisioner.js";
import { machineFolder, readRecord } from "../../provisioners/qemu/machine-folder.js";
import { killQemu } from "../../provisioners/qemu/qemu-process.js";
import { engineOrSkip } from "../support/engine.js";
import { machinesContract } from "./machines.contract.js";
import { provisionerContract } from "./provisioner.contract.js";

const engine = await engineOrSkip();
const folder = stateFolder(process.env);
describe.skipIf(engine === undefined)("virtual machines", () => {
  const location = engine?.location ?? { socketPath: "/nonexistent" };
  const docker = engineClient(location);
  const provisioner = labProvisioner({ location, clock: systemClock, stateFolder: folder });
  let image = "";
  beforeAll(async () => {
    const surroundings = { emit: () => undefined, clock: systemClock, stateFolder: folder };
    image = (await ensureMachineImage(machineRecipe(), surroundings)).tag;
  });
  provisionerContract("qemu", () => ({
    provisioner,
    clock: systemClock,
    image,
    hardware: { memoryMiB: 384 },
    stop: async (lab, node) => {
      const machine = machineFolder(folder, lab, node);
      const record = readRecord(machine);
      if (record) await killQemu(machine, record, systemClock);
    },
    say: async (lab, node, text) => {
      await provisioner.connect(lab, node).exec(["sh", "-c", "cat > /proc/1/fd/1"], { input: text });
      // The machine's first process writes it on a moment later.
      const heard = async () => ((await provisioner.logs(lab, node)).includes(text) ? true : undefined);
      await poll(heard, { clock: systemClock, everyMs: 20, withinMs: 10_000 });
    },
    takeVolumeName: async (lab, name) => {
      const volume = await docker.createVolume({ Name: `plugfest-${lab}-${name}` });
      return async () => {
        await volume.remove();
      };
    },
  }));
  machinesContract(() => ({ provisioner, clock: systemClock, image }));
});
