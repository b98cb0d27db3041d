import type { EventBody } from "../core/event.js";
import type { Remote } from "../core/remote.js";
import type { Payload, Transfer } from "./client.js";
import { runProgram } from "./program.js";

export interface StoreJob {
  readonly copy: string;
  readonly payload: Payload;
  /** Path of the file in the node, on the cluster's backing file system. */
  readonly file: string;
}

/** Hashes and checks a file where the cluster keeps it, without SMB: on a node, by the same program as the client's. */
export function verifyStore(node: Remote, job: StoreJob, observe: (event: EventBody) => void): Transfer {
  const { seed, run, sizeBytes, files } = job.payload;
  const parts = files === undefined ? { size: sizeBytes } : { size: sizeBytes / files, count: files };
  return runProgram(node, {
    module: "plugfest_smb3.payload",
    argv: ["verify"],
    job: { verb: "verify", file: job.file, ...parts, seed, run, generation: 1, hash: ["md5", "sha256"] },
    copy: job.copy,
    verb: "store",
    from: "store",
    observe,
  });
}
