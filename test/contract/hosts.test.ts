import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../core/clock.js";
import { specHash } from "../../core/hash.js";
import { ownOwner } from "../../core/owner.js";
import { labProvisioner } from "../../provisioners/lab-provisioner.js";
import { makeKeyPair } from "../../provisioners/qemu/key-pair.js";
import type { MachineObject } from "../../topologies/objects.js";
import { engineOrSkip } from "../support/engine.js";
import { type ExistingHost, existingHost } from "../support/existing-host.js";
import { folder } from "../support/plugfest.js";
import { refusal, remoteContract } from "./remote.contract.js";

const engine = await engineOrSkip();
const lab = "pv-hosts";
const stamp = { lab, owner: ownOwner(), keep: true, version: "0.0.0", source: "/lab.yaml" };

// What a provisioner does of machines that are there already; the rest of the contract is of what it makes.
describe.skipIf(engine === undefined)("existing hosts", () => {
  const key = makeKeyPair();
  const place = folder({ key: key.privateKey });
  const location = engine?.location ?? { socketPath: "/nonexistent" };
  const provisioner = labProvisioner({ location, clock: systemClock, stateFolder: join(place.path, "state") });
  let host: ExistingHost | undefined;

  beforeAll(async () => {
    if (engine === undefined) return;
    const where = { name: "plugfest-test-contract", subnet: "10.90.235.0/24", labAddress: "10.90.236.77/24" };
    host = await existingHost(engine, { ...where, authorizedKey: key.publicKey });
    // No lab's network is at this end: the cable alone is looked at.
    await execa("ip", ["link", "set", host.cable, "up"]);
  });
  afterEach(async () => {
    for (const object of await provisioner.observe({ lab })) await provisioner.remove(object);
  });
  afterAll(async () => {
    await host?.remove();
    place[Symbol.dispose]();
  });

  const secret = { path: "/etc/plugfest/secret", content: "s3cret", mode: 0o600 };
  const spec = (content = "hello\n"): MachineObject => ({
    ...{ kind: "machine", id: "client/bench", lab, node: "bench", role: "client", image: "", dependsOn: [] },
    ...{ mounts: [], capabilities: [], sysctls: {} },
    endpoints: [{ network: "public", address: "10.90.236.77" }],
    files: [{ path: "/etc/plugfest/greeting", content, mode: 0o644 }],
    host: {
      ...{ address: host?.address ?? "", port: 22, user: "root", hostKey: host?.hostKey ?? "" },
      keyFile: join(place.path, "key"),
    },
  });
  const start = async () => {
    await provisioner.create(spec(), stamp, [secret]);
    return provisioner.connect(lab, "bench");
  };

  remoteContract(start);

  test("hold their files and secrets from the start, and are found with their hash and their stamp", async () => {
    const remote = await start();
    expect((await remote.get("/etc/plugfest/greeting"))?.toString()).toBe("hello\n");
    expect((await remote.get(secret.path))?.toString()).toBe(secret.content);
    await start();
    expect(await provisioner.observe({ lab })).toMatchObject([
      { id: "client/bench", kind: "machine", specHash: specHash(spec()), state: "ready", stamp },
    ]);
    expect(await provisioner.observe({ lab: "pv-other" })).toEqual([]);
  });

  test("are not taken over to another specification, and are let go of once, however often that is said", async () => {
    await start();
    expect(await refusal(provisioner.create(spec("other\n"), stamp, []))).toBe("object/changed");
    const [object] = await provisioner.observe({ lab });
    if (object === undefined) throw new Error("nothing was found");
    await provisioner.remove(object);
    await provisioner.remove(object);
    expect(await provisioner.observe({ lab })).toEqual([]);
    expect(await host?.run("sh", "-c", "ls /run/plugfest 2>/dev/null | wc -l")).toBe("0");
  });

  test("end a program when they are let go of, and give no channel afterwards", async () => {
    const remote = await start();
    const program = await remote.start(["cat"], { onStdout: () => undefined });
    for (const object of await provisioner.observe({ lab })) await provisioner.remove(object);
    expect(await program.exited.catch((error: unknown) => error)).not.toBe(0);
    await refusal(provisioner.connect(lab, "bench").exec(["true"]));
  });

  test("are not plugfest's to switch off, to cut, to slow down or to keep the state of", async () => {
    await start();
    const { power, plug, shape, block, throttle, snapshot, restore } = provisioner.machines(lab);
    const link = { node: "bench", network: "public" };
    for (const attempt of [
      () => power("bench", "off"),
      () => plug(link, false),
      () => shape(link, { rate: 1e6 }),
      () => block(link, ["bench"], true),
      () => throttle("bench", "/", 1e6),
      () => snapshot("bench", "before"),
      () => restore("bench", "before"),
    ]) {
      expect(await refusal(attempt())).toBe("host/not-ours");
    }
  });

  test("an aborted call ends with the reason it was aborted for", async () => {
    const reason = new Error("enough");
    await expect(provisioner.create(spec(), stamp, [], AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
