import { ToolError } from "../core/errors.js";
import type { EventBody } from "../core/event.js";
import type { Remote } from "../core/remote.js";
import type { Payload, Transfer } from "./client.js";
import { lineSplitter } from "./lines.js";
import { programEnvironment, pythonProgram, runProgram } from "./program.js";

const module = "plugfest_smb3.payload";

export interface StoreJob {
  readonly copy: string;
  readonly payload: Payload;
  /** Path of the file in the node, on the cluster's backing file system. */
  readonly file: string;
  /** Only the payload's size is looked at: the file may be longer, or not be there. */
  readonly beginning?: boolean;
}

/** Hashes and checks a file where the cluster keeps it, without SMB: on a node, by the same program as the client's. */
export function verifyStore(node: Remote, job: StoreJob, observe: (event: EventBody) => void): Transfer {
  const { copy, file, beginning = false } = job;
  const { sizeBytes, files } = job.payload;
  const parts = files === undefined ? { size: sizeBytes } : { size: sizeBytes / files, count: files };
  return runProgram(node, {
    ...{ program: pythonProgram(node, module, "verify"), copy, verb: "store", from: "store", observe },
    job: { verb: "verify", file, beginning, ...parts, ...stamps(job), hash: ["md5", "sha256"] },
  });
}

/** The payload's blocks, in which files are spoilt: `swap` needs two of them. */
export const BLOCK_BYTES = 64 * 1024;

export type StoreDefect = "flip" | "zero" | "swap" | "stale";

/**
 * Spoils a file where the cluster keeps it, at the block that has this byte; gives what mends it. Should plugfest die
 * before that, the file is mended as well. Throws a ToolError when the file could not be spoilt, or not be mended.
 */
export async function plantInStore(
  node: Remote,
  { payload, file, defect, at }: Pick<StoreJob, "payload" | "file"> & { defect: StoreDefect; at: number },
): Promise<() => Promise<void>> {
  let said = "";
  let spoilt: () => void = () => undefined;
  const planted = new Promise<void>((resolve) => (spoilt = resolve));
  const lines = lineSplitter((line) => {
    said += `${line}\n`;
    if (line.includes('"planted"')) spoilt();
  });
  const failed = (message: string, exit: number) =>
    new ToolError({
      code: "store/not-spoilt",
      message: `${file} on ${node.node} ${message}`,
      exit,
      stderrTail: said.slice(-2000),
    });
  const process = await node.start(["python3", "-m", module, "plant"], {
    env: programEnvironment(node),
    onStdout: (chunk) => {
      lines.push(chunk);
    },
    onStderr: (chunk) => {
      said += chunk.toString();
    },
  });
  process.write(`${JSON.stringify({ verb: "plant", file, defect, at, ...stamps({ payload }) })}\n`);
  const ended = process.exited.then((exit) => {
    throw failed("could not be spoilt", exit);
  });
  await Promise.race([planted, ended]);
  ended.catch(() => undefined);
  return async () => {
    process.release();
    const exit = await process.exited;
    // 4 is the end of a program whose standard input has ended.
    if (exit !== 4) throw failed("may not be what it was before", exit);
  };
}

function stamps({ payload: { seed, run } }: Pick<StoreJob, "payload">) {
  return { seed, run, generation: 1 };
}
