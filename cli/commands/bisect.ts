import { join } from "node:path";
import { ToolError, UserError } from "../../core/errors.js";
import type { Event, Outcome } from "../../core/event.js";
import { suggestHint } from "../../core/suggest.js";
import { sambaVersions } from "../../images/catalogue.js";
import { bisect as search } from "../../nightly/bisect.js";
import { cellsOf } from "../../nightly/cells.js";
import { readNightly } from "../../nightly/load.js";
import type { NightCell } from "../../nightly/night-cell.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { flagError } from "../flag-error.js";
import { kernelBelow } from "../kernel-below.js";
import { makeCellFolder } from "../matrix/record.js";
import { openEngine } from "../open.js";
import { performRun } from "../perform-run.js";
import { makeRunFolder } from "../run-folder.js";
import { writeReports } from "../write-reports.js";

export interface BisectFlags {
  readonly good: string;
  readonly bad: string;
  readonly topology?: string;
  readonly profile?: string;
  readonly runs: string;
  readonly json?: boolean;
}

/** Finds between which two Samba versions a scenario began to fail, or, with the newer one good, stopped. */
export async function bisect(context: CliContext, scenario: string, flags: BisectFlags): Promise<number> {
  const versions = between(flags);
  const { topology, profile } = flags;
  const text = JSON.stringify({
    ...{ name: "bisect", scenarios: [scenario], samba: versions },
    ...(topology === undefined ? {} : { topologies: [topology] }),
    ...(profile === undefined ? {} : { profiles: [profile] }),
  });
  const asked = readNightly("bisect", text, context.cwd);
  const cells = await cellsOf(asked, { knownSamba: sambaVersions, kernel: kernelBelow(context.env) });
  if (cells.length !== versions.length) {
    throw new UserError([
      flagError("bisect", { message: "a scenario with a matrix has many cells: give one that has none" }),
    ]);
  }
  const opened = await openEngine(context);
  const folder = makeRunFolder(flags.runs, "bisect", context.clock.now(), context.cwd);
  const repeats = new Map<string, number>();
  const ended = await search(versions, async (version) => {
    const cell = cells.find(({ samba }) => samba === version);
    if (cell === undefined) throw new Error(`no cell has Samba ${version}`);
    const repeat = (repeats.get(version) ?? 0) + 1;
    repeats.set(version, repeat);
    const place = makeCellFolder(folder, version, repeat);
    const { outcome, reason } = await play(context, opened, cell, repeat, join(folder, place));
    if (flags.json !== true) {
      context.out.write(
        `${outcome.toUpperCase().padEnd(8)}${version} ${String(repeat)}${reason === "" ? "" : `: ${reason}`}\n`,
      );
    }
    return outcome;
  });
  if (flags.json === true) context.out.write(`${JSON.stringify({ ...ended, folder })}\n`);
  else if ("why" in ended) context.out.write(`\nnot found: ${ended.why}\nruns  ${folder}\n`);
  else {
    const { good, bad, failing, repeats: each } = ended.found;
    const rate = `${String(Math.round(failing * 100))} % of its runs failed, so each version was run up to ${String(each)} times`;
    context.out.write(`\n${good} is good, and ${bad} is bad (of ${versions.at(-1) ?? ""} ${rate})\nruns  ${folder}\n`);
  }
  return "found" in ended ? exitCode.pass : exitCode.testbed;
}

/** The versions of the catalogue from the good one to the bad one, whichever is the newer. */
function between({ good, bad }: BisectFlags): string[] {
  const wrong = Object.entries({ good, bad }).filter(([, version]) => !sambaVersions.includes(version));
  if (wrong.length > 0) {
    throw new UserError(
      wrong.map(([flag, version]) => {
        const hint = suggestHint(version, sambaVersions);
        return flagError(`--${flag}`, {
          message: `no image has Samba ${version}`,
          ...(hint === undefined ? {} : { hint }),
        });
      }),
    );
  }
  const [from, to] = [sambaVersions.indexOf(good), sambaVersions.indexOf(bad)];
  if (from === to) throw new UserError([flagError("--bad", { message: "expected another version than --good" })]);
  return from < to ? sambaVersions.slice(from, to + 1) : sambaVersions.slice(to, from + 1).reverse();
}

async function play(
  context: CliContext,
  opened: Awaited<ReturnType<typeof openEngine>>,
  cell: NightCell,
  repeat: number,
  folder: string,
): Promise<{ outcome: Outcome; reason: string }> {
  const { scenario, source } = cell.scenarioOf(repeat);
  let verdict: { readonly outcome: Outcome; readonly reasons: readonly string[] } | undefined;
  const watch = (event: Event) => {
    if (event.type === "run.finished") verdict = event.verdict;
  };
  try {
    await performRun(context, {
      ...{ scenario, spec: cell.lab.spec, sources: { scenario: source, topology: cell.lab.source }, seed: undefined },
      flags: { runs: folder },
      among: { opened, folder, watch, ownLab: true },
    });
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof ToolError) || verdict === undefined || error.failure.code === "run/not-recorded")
      throw error;
  }
  if (verdict === undefined) throw new Error("the run did not finish");
  writeReports(folder);
  return { outcome: verdict.outcome, reason: verdict.reasons[0] ?? "" };
}
