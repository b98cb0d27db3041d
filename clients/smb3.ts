import { z } from "zod";
import type { EventBody, TransferVerb } from "../core/event.js";
import type { Remote } from "../core/remote.js";
import type { ClientSpec, Profile } from "../topologies/spec.js";
import { ask } from "./ask.js";
import type { Client, Lease, PacedJob, Payload, WorkloadJob } from "./client.js";
import { pythonProgram, runProgram } from "./program.js";
import { lockAnswer } from "./smb3-events.js";

/** How a handle is asked for: a persistent one needs a lease, Samba refuses oplocks there. A server may give less. */
const handleFor = (profile: Profile) => ({
  ...{ handle: profile === "persistent" ? "persistent" : "durable", caching: "lease" },
});

/** How the client's sessions are. */
type Session = Pick<ClientSpec, "signing" | "encryption" | "channels" | "witness">;

/** Where the client leaves the keys of a copy's sessions: for root alone. */
const keysPath = (copy: string) => `/tmp/plugfest-${copy}.keys`;
const contention = z.object({ open: z.string(), writing: z.string(), locks: z.array(lockAnswer) });

/** How a lease is written in a job. */
function cachingOf(lease: Lease): Readonly<Record<string, string>> {
  if (lease === "none") return { caching: "none" };
  return lease === "batch" ? { caching: "oplock" } : { caching: "lease", lease };
}

/**
 * How long the client program waits for a silent server, for a connection, and altogether after a loss; all three times as
 * long where the servers may take that.
 */
const patient = (times: number) =>
  times === 1 ? {} : { ioTimeoutMs: 3000 * times, connectTimeoutMs: 1000 * times, giveUpMs: 45_000 * times };

/** The user-space SMB3 client: a container with plugfest's own client program. */
export function smb3Client(machine: Remote, { signing, encryption, channels, witness }: Session, patience = 1): Client {
  const common = ({ share, path, payload }: { share: string; path: string; payload: Payload }) => ({
    ...{ share, path, signing, encryption, hash: ["md5", "sha256"], ...patient(patience) },
    ...(payload.files === undefined ? {} : { count: payload.files }),
    ...{ size: payload.sizeBytes / (payload.files ?? 1), seed: payload.seed, run: payload.run, generation: 1 },
  });
  const program = (
    of: { readonly copy: string; readonly verb: TransferVerb; readonly from?: string },
    job: Readonly<Record<string, unknown>>,
    observe: (event: EventBody) => void,
  ) => runProgram(machine, { program: pythonProgram(machine, "plugfest_smb3"), ...of, observe, job });
  /** One that survives failovers, on whatever floating address it gets. */
  const surviving = ({ copy, addresses, profile, marks, ...job }: WorkloadJob) => ({
    ...{ failover: true, addresses, marks, channels, ...common(job), ...handleFor(profile) },
    ...{
      witness: witness ? machine.node : null,
      keys: encryption === null ? null : `${machine.root ?? ""}${keysPath(copy)}`,
    },
  });
  const paced = (verb: "put" | "get", job: PacedJob, observe: (event: EventBody) => void) =>
    program({ copy: job.copy, verb }, { verb, ...surviving(job), rate: job.rate }, observe);
  return {
    name: machine.node,
    sessionKeys: async (copy) => (encryption === null ? undefined : (await machine.get(keysPath(copy)))?.toString()),
    put: (job, observe) => paced("put", job, observe),
    read: (job, observe) => paced("get", job, observe),
    putFiles: (job, observe) =>
      program({ copy: job.copy, verb: "files" }, { verb: "put-files", ...surviving(job), rate: job.rate }, observe),
    rename: (job, observe) => {
      const { copy, rate, times } = job;
      return program({ copy, verb: "rename" }, { verb: "rename", ...surviving(job), rate, count: times }, observe);
    },
    serverCopy: (job, observe) => {
      const { copy, rate, source } = job;
      const given = { verb: "server-copy", ...surviving(job), rate, sourcePath: source };
      return program({ copy, verb: "server-copy" }, given, observe);
    },
    fsctl: async ({ share, path, address, code, length }, signal) => {
      const job = { verb: "ioctl", addresses: [address], share, path, code, size: length, signing, encryption };
      const said = await ask(machine, { ...job, ...patient(patience) }, signal);
      return "failed" in said ? said : z.object({ status: z.string() }).parse(said.result);
    },
    hold: (job, observe) => {
      const { copy, locks, lease, deleteOnClose } = job;
      return program(
        { copy, verb: "hold" },
        { verb: "hold", ...surviving(job), ...cachingOf(lease), locks, deleteOnClose },
        observe,
      );
    },
    contend: async ({ share, path, address, locks }, signal) => {
      const said = await ask(
        machine,
        { verb: "contend", addresses: [address], share, path, locks, signing, encryption, ...patient(patience) },
        signal,
      );
      return "failed" in said ? said : contention.parse(said.result);
    },
    get: (job, observe) => {
      const { copy, from, address } = job;
      return program(
        { copy, verb: "get", from },
        { verb: job.payload.files === undefined ? "get" : "get-files", addresses: [address], ...common(job) },
        observe,
      );
    },
  };
}
