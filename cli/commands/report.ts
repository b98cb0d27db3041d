import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { unpackCapsule } from "../capsule/unpack.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { eventsOf, recordedRun } from "../recorded-run.js";
import { writeReports } from "../write-reports.js";

/**
 * Makes the reports of a run anew, also of one that was killed before it could write them, and prints their paths. A
 * capsule is unpacked into a run's folder first, and the report compared with the one that came with it.
 */
export async function report(
  context: CliContext,
  path: string,
  options: { readonly into?: string; readonly json?: boolean },
): Promise<number> {
  const run = recordedRun(path, context.cwd);
  if ("folder" in run) {
    eventsOf(run.folder);
    print(context, options, writeReports(run.folder));
    return exitCode.pass;
  }
  const { folder, manifest } = await unpackCapsule(run.capsule, (name) => resolve(context.cwd, options.into ?? name));
  eventsOf(folder);
  const written = writeReports(folder);
  const packed = manifest.files.find((file) => file.path === "report.html")?.sha256;
  const identical = packed === createHash("sha256").update(readFileSync(written.report)).digest("hex");
  print(context, options, { ...written, identical });
  if (!identical) {
    context.err.write(
      `the report differs from the capsule's own: that was made by plugfest ${manifest.plugfest}, this is ${context.version}\n`,
    );
  }
  return exitCode.pass;
}

interface Written {
  readonly report: string;
  readonly junit: string;
  /** Of a capsule: whether its report came out the same, byte by byte. */
  readonly identical?: boolean;
}

function print(context: CliContext, { json }: { json?: boolean }, written: Written): void {
  context.out.write(json ? `${JSON.stringify(written)}\n` : `${written.report}\n${written.junit}\n`);
}
