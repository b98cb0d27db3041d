import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";

/** No log in a run's folder is longer; the run keeps two files of each node. */
export const LOG_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * Appends to `<folder>/<node>.log`. Where the file would grow beyond the limit it becomes `<node>.1.log` first, in place
 * of an older one: of a long run the newest part stays. Of what is longer by itself the end stays. What is there already,
 * for copies that ran at once fetch the same lines, is not appended again.
 */
export function appendLog(folder: string, node: string, log: Buffer, limitBytes = LOG_LIMIT_BYTES): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${node}.log`);
  const more = beyond(path, log);
  const end = more.subarray(Math.max(0, more.length - limitBytes));
  const hasRoom = !existsSync(path) || statSync(path).size + end.length <= limitBytes;
  if (!hasRoom) renameSync(path, join(folder, `${node}.1.log`));
  appendFileSync(path, end);
}

/** What a log has after the last line of the file. */
function beyond(path: string, log: Buffer): Buffer {
  if (!existsSync(path)) return log;
  const kept = readFileSync(path);
  const last = kept.subarray(kept.lastIndexOf("\n", Math.max(0, kept.length - 2)) + 1);
  const at = last.length === 0 ? -1 : log.lastIndexOf(last);
  return at < 0 ? log : log.subarray(at + last.length);
}
