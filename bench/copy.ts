import { join } from "node:path";
import { clientRecipe } from "../images/recipe.js";
import { dockerProvisioner } from "../provisioners/docker/docker-provisioner.js";
import type { Engine } from "../provisioners/docker/engine.js";
import { systemClock } from "../core/clock.js";
import type { Remote } from "../core/remote.js";
import { smb3Client } from "../clients/smb3.js";
import { ratioText } from "./figures.js";
import { plugfest, topologyText, withFiles } from "./plugfest.js";

const SIZE = 1 << 30;
const ROUNDS = 5;
const ADDRESS = "10.78.31.101";

/**
 * plugfest's client against `smbclient put`, both signing, the same number of bytes to the same share, in turn. Ours
 * generates, stamps and hashes (md5 and sha256) what it sends; smbclient sends a file that lies in the page cache.
 */
export async function* benchCopy(engine: Engine): AsyncGenerator<string> {
  const provisioner = dockerProvisioner(engine.location, systemClock);
  const rates: { copy: number; whole: number; theirs: number }[] = [];
  await withFiles({ "lab.yaml": topologyText("bench-copy", 2, 30) }, async (folder) => {
    await plugfest("up", join(folder, "lab.yaml"));
    try {
      const laptop = provisioner.connect("bench-copy", "laptop");
      await prepareSmbclient(laptop);
      for (let round = 0; round < ROUNDS; round++) {
        const theirs = await putBySmbclient(laptop);
        rates.push({ ...(await putByPlugfest(laptop)), theirs });
      }
    } finally {
      await plugfest("down", "bench-copy");
    }
  });
  for (const { copy, whole, theirs } of rates) {
    yield `plugfest ${copy.toFixed(0)} MB/s, with start and hashes ${whole.toFixed(0)} MB/s; smbclient ${theirs.toFixed(0)} MB/s`;
  }
  const ratio = (of: "copy" | "whole") => ratioText(rates.map((rate) => rate[of] / rate.theirs));
  yield `throughput of the copy to smbclient's: ${ratio("copy")}; goal: at least 0.9 (client image ${clientRecipe().tag})`;
  yield `the same with our program's start and the wait for both hashes: ${ratio("whole")}`;
}

/** A file to send, and the account in the form smbclient reads, which never leaves the client. */
async function prepareSmbclient(laptop: Remote): Promise<void> {
  const script = `set -e
head -c ${String(SIZE)} /dev/urandom >/tmp/source
umask 077
python3 -c 'import json; c = json.load(open("/etc/plugfest/credentials")); print("username=%s\\npassword=%s" % (c["user"], c["password"]))' >/tmp/account
cat /tmp/source >/dev/null`;
  await run(laptop, script);
}

async function putBySmbclient(laptop: Remote): Promise<number> {
  const flags = "-A /tmp/account --client-protection=sign -m SMB3_11";
  const startMs = systemClock.now();
  await run(laptop, `smbclient //${ADDRESS}/dvd ${flags} -c 'put /tmp/source theirs.bin'`);
  return SIZE / 1000 / (systemClock.now() - startMs);
}

/** Megabytes per second: from the file's open to its close, and from the program's start to the last hash. */
async function putByPlugfest(laptop: Remote): Promise<{ copy: number; whole: number }> {
  const startMs = systemClock.now();
  const transfer = smb3Client(laptop, { signing: "auto", encryption: null, channels: 1, witness: false }).put(
    {
      copy: "bench",
      share: "dvd",
      path: "ours.bin",
      payload: { seed: "0".repeat(32), run: "bench", sizeBytes: SIZE },
      addresses: [ADDRESS],
      profile: "persistent",
      marks: [],
      rate: null,
    },
    () => undefined,
  );
  const outcome = await transfer.finished;
  if (!outcome.ok) throw new Error(`the copy failed at ${outcome.stage}: ${outcome.message}`);
  return { copy: SIZE / 1e6 / outcome.result.seconds, whole: SIZE / 1000 / (systemClock.now() - startMs) };
}

async function run(machine: Remote, script: string): Promise<void> {
  const { exit, stderr, stdout } = await machine.exec(["sh", "-c", script]);
  if (exit !== 0) throw new Error(`exit ${String(exit)}: ${stderr}${stdout}`);
}
