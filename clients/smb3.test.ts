import { expect, test } from "vitest";
import type { Remote } from "../core/remote.js";
import { smb3Client } from "./smb3.js";

/** The job that a client gives to its program for a copy. */
async function jobOf(patience?: number): Promise<unknown> {
  let job = "";
  const machine: Remote = {
    node: "laptop",
    exec: () => Promise.reject(new Error("nothing is to be run")),
    put: () => Promise.resolve(),
    get: () => Promise.resolve(undefined),
    start: () =>
      Promise.resolve({
        write: (text: string) => {
          job += text;
        },
        release: () => undefined,
        exited: Promise.resolve(0),
      }),
  };
  const client = smb3Client(machine, { signing: "auto", encryption: null, channels: 1, witness: false }, patience);
  const transfer = client.put(
    {
      ...{ copy: "dvd", share: "dvd", path: "dvd.iso", addresses: ["10.0.0.1"], profile: "persistent", marks: [] },
      ...{ rate: null, payload: { sizeBytes: 1, seed: "00", run: "00" } },
    },
    () => undefined,
  );
  await transfer.finished.catch(() => undefined);
  return JSON.parse(job);
}

test("a client waits for servers that are emulated as many times as long", async () => {
  expect(await jobOf()).not.toHaveProperty("ioTimeoutMs");
  expect(await jobOf(5)).toMatchObject({ ioTimeoutMs: 15_000, connectTimeoutMs: 5000, giveUpMs: 225_000 });
});
