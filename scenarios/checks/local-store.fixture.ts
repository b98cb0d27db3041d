import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asset } from "../../core/paths.js";
import type { Remote } from "../../core/remote.js";
import { verifyStore } from "../../clients/store.js";
import { spec } from "../../lab/lab.fixture.js";
import { CopyRun } from "../copy-run.js";
import type { RunContext } from "../scenario.js";
import type { CopySubject } from "./check.js";

const SIZE = 5 * 65_536 + 100;

/** A finished copy whose file lies in a folder of this machine, where the client program itself reads and spoils it. */
export async function localCopy(sizeBytes = SIZE): Promise<CopySubject & Disposable & { readonly file: string }> {
  const folder = mkdtempSync(join(tmpdir(), "plugfest-store-"));
  const copy = new CopyRun({
    ...{ id: "dvd", client: "laptop", share: "dvd", path: "dvd.iso" },
    payload: { seed: "0".repeat(32), run: "run", sizeBytes },
  });
  const file = join(folder, "dvd.iso");
  const made = `from plugfest_smb3.payload import Payload
data = bytearray(${String(sizeBytes)})
Payload(bytes(16), "run", 1).fill(0, memoryview(data))
open("${file}", "wb").write(data)`;
  await python("-c", made);
  const shares = spec.cluster.shares.map((share) => ({ ...share, name: "dvd", path: folder }));
  const context = {
    spec: { ...spec, cluster: { ...spec.cluster, shares } },
    clients: new Map([["laptop", {}]]),
    remote: () => here,
    emit: () => undefined,
    signal: new AbortController().signal,
  } as unknown as RunContext;
  const outcome = await verifyStore(here, { copy: "dvd@store", payload: copy.payload, file }, () => undefined).finished;
  if (!outcome.ok) throw new Error(outcome.message);
  copy.end("finished", outcome.result);
  copy.readBacks.set("store", outcome.result);
  return {
    ...{ copy, context, file },
    [Symbol.dispose]: () => {
      rmSync(folder, { recursive: true });
    },
  };
}

const environment = { ...process.env, PYTHONPATH: asset("images", "program"), PYTHONUNBUFFERED: "1" };

async function python(...argv: readonly string[]): Promise<void> {
  const child = spawn("python3", argv, { env: environment, stdio: "inherit" });
  const [exit] = (await once(child, "exit")) as [number];
  if (exit !== 0) throw new Error(`python3 ended with ${String(exit)}`);
}

/** This machine as a node of the lab, as far as the program is started on it. */
const here = {
  node: "node1",
  start: ([command = "", ...argv], { onStdout, onStderr }) => {
    const child = spawn(command, argv, { env: environment });
    child.stdout.on("data", onStdout);
    if (onStderr !== undefined) child.stderr.on("data", onStderr);
    return Promise.resolve({
      write: (text: string) => child.stdin.write(text),
      release: () => child.stdin.end(),
      exited: once(child, "close").then(([exit]) => exit as number),
    });
  },
} as Pick<Remote, "node" | "start"> as Remote;
