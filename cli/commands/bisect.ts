import { join } from "node:path";
import { ToolError } from "../../core/errors.js";
import type { Event, Outcome } from "../../core/event.js";
import { bisect as search } from "../../nightly/bisect.js";
import type { NightCell } from "../../nightly/night-cell.js";
import { candidatesOf } from "../bisect/candidates.js";
import type { BisectFlags } from "../bisect/candidates.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { makeCellFolder } from "../matrix/record.js";
import { openEngine } from "../open.js";
import { performRun } from "../perform-run.js";
import { makeRunFolder } from "../run-folder.js";
import { writeReports } from "../write-reports.js";

/** Finds between which two Sambas a scenario began to fail, or, with the newer one good, stopped. */
export async function bisect(context: CliContext, scenario: string, flags: BisectFlags): Promise<number> {
  const candidates = await candidatesOf(context, scenario, flags);
  const opened = await openEngine(context);
  const folder = makeRunFolder(flags.runs, "bisect", context.clock.now(), context.cwd);
  const repeats = new Map<string, number>();
  const names = candidates.map(({ name }) => name);
  const ended = await search(names, async (name) => {
    const candidate = candidates.find((one) => one.name === name);
    if (candidate === undefined) throw new Error(`no candidate ${name}`);
    const repeat = (repeats.get(name) ?? 0) + 1;
    repeats.set(name, repeat);
    const place = makeCellFolder(folder, name, repeat);
    const { outcome, reason } = await play(context, opened, candidate.cell, repeat, join(folder, place));
    if (flags.json !== true) {
      context.out.write(
        `${outcome.toUpperCase().padEnd(8)}${name} ${String(repeat)}${reason === "" ? "" : `: ${reason}`}\n`,
      );
    }
    return outcome;
  });
  if (flags.json === true) context.out.write(`${JSON.stringify({ ...ended, folder })}\n`);
  else if ("why" in ended) context.out.write(`\nnot found: ${ended.why}\nruns  ${folder}\n`);
  else {
    const { good, bad, failing, repeats: each } = ended.found;
    const rate = `${String(Math.round(failing * 100))} % of its runs failed, so each other one was run up to ${String(each)} ${each === 1 ? "time" : "times"}`;
    context.out.write(`\n${good} is good, and ${bad} is bad (of ${names.at(-1) ?? ""} ${rate})\nruns  ${folder}\n`);
  }
  return "found" in ended ? exitCode.pass : exitCode.testbed;
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
