import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { failureOf } from "../../core/errors.js";
import { joinSignals } from "../../core/join-signals.js";
import { withLock } from "../../core/lock.js";
import type { Owner } from "../../core/owner.js";
import { stateFolder } from "../../core/paths.js";
import { sambaVersions } from "../../images/catalogue.js";
import { hostBelow } from "../../provisioners/host/host-kernel.js";
import { readScenario } from "../../scenarios/load.js";
import { withSize } from "../../scenarios/with-size.js";
import { readTopology } from "../../topologies/load.js";
import type { LoadedTopology } from "../../topologies/load.js";
import { packCapsule } from "../capsule/pack.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import type { HostRun, LabHost } from "../nightly/hosts/lab-host.js";
import { localHost } from "../nightly/hosts/local-host.js";
import { requestSchema } from "../nightly/hosts/protocol.js";
import type { HostAnswer, HostRequest } from "../nightly/hosts/protocol.js";
import { whileHeard } from "../nightly/hosts/while-heard.js";
import { nightlyLock } from "../nightly/lock.js";

/**
 * Makes labs and runs for a night on another host, which asks for them on standard input. When that ends, or nothing is heard
 * of the night any more, so does all that is under way, and the labs are removed.
 */
export async function worker(context: CliContext, { parallel }: { readonly parallel: string }): Promise<number> {
  const state = stateFolder(context.env);
  // The worker of a night that was killed removes its labs: the next one waits for that.
  const onWait = (holder: Owner | undefined) => {
    if (holder !== undefined)
      context.err.write(`waiting for process ${String(holder.pid)}, which has a nightly here\n`);
  };
  return withLock(nightlyLock(state), { signal: context.signal, onWait }, async () => {
    const folder = join(state, "worker");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const host = await localHost(context, Number(parallel));
    await serve(context, host, folder);
    rmSync(folder, { recursive: true, force: true });
    return exitCode.pass;
  });
}

async function serve(context: CliContext, host: LabHost, folder: string): Promise<void> {
  const left = new AbortController();
  using either = joinSignals(context.signal, left.signal);
  const { signal } = either;
  // A pipe without a reader would end this process before it has cleaned up.
  const answer = (one: HostAnswer) => {
    if (!signal.aborted) context.out.write(`${JSON.stringify(one)}\n`);
  };
  const { taken, room } = host;
  const there = { labs: [...taken.labs], subnets: [...taken.subnets], memoryBytes: room.memoryBytes };
  answer({ version: context.version, ...there });
  const labs = new Map<string, LoadedTopology>();
  const under = new Set<Promise<void>>();
  const lines = createInterface({ input: context.input });
  context.signal.addEventListener("abort", () => {
    lines.close();
  });
  for await (const line of whileHeard(lines, context.clock)) {
    const request = requestSchema.parse(JSON.parse(line));
    const work = done(context, { host, folder, request, labs, signal }).then(answer, (error: unknown) => {
      answer({ id: request.id, why: failureOf(error).message });
    });
    under.add(work);
    void work.finally(() => under.delete(work));
  }
  lines.close();
  left.abort(new Error("the night is over, or its host is gone"));
  await Promise.all(under);
  for (const lab of labs.values()) await host.release(lab);
  await host.close();
}

interface Doing {
  readonly host: LabHost;
  readonly folder: string;
  readonly request: HostRequest;
  /** Those that were made, and not released since. */
  readonly labs: Map<string, LoadedTopology>;
  readonly signal: AbortSignal;
}

async function done(context: CliContext, { host, folder, request, labs, signal }: Doing): Promise<HostAnswer> {
  const { id } = request;
  const { file, text } = request.topology;
  const lab = readTopology(file, text, { knownSamba: sambaVersions, host: hostBelow(context.env) });
  switch (request.do) {
    case "run": {
      labs.set(lab.spec.name, lab);
      const place = join(folder, String(id));
      mkdirSync(place);
      const { broken } = await host.play(runOf(request, lab), place, signal);
      // What did not begin left nothing to send.
      const capsule = join(folder, `${String(id)}.tar.gz`);
      await packCapsule(place, `run-${String(id)}`, capsule, context.version);
      rmSync(place, { recursive: true });
      return { id, capsule, ...(broken === undefined ? {} : { why: failureOf(broken).message }) };
    }
    case "settle":
      await host.settle(lab, signal);
      return { id };
    case "release":
      await host.release(lab);
      labs.delete(lab.spec.name);
      return { id };
  }
}

function runOf(request: Extract<HostRequest, { do: "run" }>, lab: LoadedTopology): HostRun {
  const { scenario: written, sizeBytes, watchdogMs } = request;
  const loaded = readScenario(written.file, written.text);
  const scenario = sizeBytes === null ? loaded : { ...loaded, scenario: withSize(loaded.scenario, sizeBytes) };
  return { scenario, lab, sizeBytes, watchdogMs };
}
