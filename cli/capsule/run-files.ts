import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";

/**
 * What a run leaves in its folder (docs/internals.md), and all that may go into a capsule: whatever else somebody put
 * there is theirs, and may be private.
 */
const RUN_FILES = [
  /^(events\.jsonl|junit\.xml|report\.html)$/,
  /^(request|scenario|topology|configuration|images|versions|verdict)\.json$/,
  /^sources\/[a-z]+\.[a-z]+$/,
  /^nodes\/[^/]+\.log$/,
  /^(shrunk\.yaml|shrink\/events\.jsonl)$/,
  /^captures\/[^/]+\/[^/]+\.pcap$/,
];

export function isRunFile(path: string): boolean {
  return RUN_FILES.some((pattern) => pattern.test(path));
}

export interface FilesInFolder {
  /** Paths below the folder, with slashes, sorted. */
  readonly run: readonly string[];
  /** What is in the folder and not of the run, links included. */
  readonly others: readonly string[];
}

export function filesOf(folder: string): FilesInFolder {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({
      path: relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"),
      isFile: entry.isFile(),
    }));
  const isOfRun = ({ path, isFile }: { path: string; isFile: boolean }) => isFile && isRunFile(path);
  const paths = (of: typeof all) => of.map(({ path }) => path).sort();
  return { run: paths(all.filter(isOfRun)), others: paths(all.filter((file) => !isOfRun(file))) };
}
