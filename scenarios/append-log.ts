import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";

/** No log in a run's folder is longer; the run keeps two files of each node. */
export const LOG_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * Appends to `<folder>/<node>.log`. Where the file would grow beyond the limit it becomes `<node>.1.log` first, in place
 * of an older one: of a long run the newest part stays. Of what is longer by itself the end stays.
 */
export function appendLog(folder: string, node: string, log: Buffer, limitBytes = LOG_LIMIT_BYTES): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${node}.log`);
  const end = log.subarray(Math.max(0, log.length - limitBytes));
  const hasRoom = !existsSync(path) || statSync(path).size + end.length <= limitBytes;
  if (!hasRoom) renameSync(path, join(folder, `${node}.1.log`));
  appendFileSync(path, end);
}
