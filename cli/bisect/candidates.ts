import { resolve } from "node:path";
import { UserError } from "../../core/errors.js";
import { stateFolder } from "../../core/paths.js";
import type { SambaBuild } from "../../core/samba-build.js";
import { suggestHint } from "../../core/suggest.js";
import { sambaVersions } from "../../images/catalogue.js";
import { commitOf, commitsBetween, repositoryOf, versionOf } from "../../images/git-source.js";
import { cellsOf } from "../../nightly/cells.js";
import { readNightly } from "../../nightly/load.js";
import type { NightCell } from "../../nightly/night-cell.js";
import { withNodeSamba } from "../../topologies/node-samba.js";
import { isSambaFile, loadSamba } from "../../topologies/samba-file.js";
import type { CliContext } from "../context.js";
import { flagError } from "../flag-error.js";
import { labsBelow } from "../kernel-below.js";

export interface BisectFlags {
  readonly good: string;
  readonly bad: string;
  /** Further ones, in order, that lie between files of Sambas. */
  readonly between?: readonly string[];
  /** The file of a Samba from git: good and bad are commits then. */
  readonly samba?: string;
  readonly topology?: string;
  readonly profile?: string;
  readonly runs: string;
  readonly json?: boolean;
}

export interface Candidate {
  readonly name: string;
  readonly cell: NightCell;
}

/** What is tried: from the good one to the bad one. Throws a UserError where that is nothing. */
export async function candidatesOf(context: CliContext, scenario: string, flags: BisectFlags): Promise<Candidate[]> {
  if (flags.samba !== undefined) return commits(context, scenario, { ...flags, samba: flags.samba });
  const sambas = between(flags);
  const cells = await cellsFor(context, scenario, sambas, flags);
  return cells.map((cell) => ({ name: cell.samba, cell }));
}

/** A cell for each of these Sambas. */
async function cellsFor(
  context: CliContext,
  scenario: string,
  sambas: readonly string[],
  { topology, profile }: BisectFlags,
): Promise<NightCell[]> {
  const text = JSON.stringify({
    ...{ name: "bisect", scenarios: [scenario], samba: sambas },
    ...(topology === undefined ? {} : { topologies: [topology] }),
    ...(profile === undefined ? {} : { profiles: [profile] }),
  });
  const cells = await cellsOf(readNightly("bisect", text, context.cwd), {
    ...{ knownSamba: sambaVersions, ...labsBelow(context.env) },
  });
  if (cells.length === sambas.length) return cells;
  throw new UserError([
    flagError("bisect", { message: "a scenario with a matrix has many cells: give one that has none" }),
  ]);
}

/** Versions of the catalogue from the good one to the bad one, whichever is the newer; of files just those that are named. */
function between({ good, bad, between: others = [] }: BisectFlags): string[] {
  const wrong = Object.entries({ good, bad }).filter(
    ([, samba]) => !isSambaFile(samba) && !sambaVersions.includes(samba),
  );
  if (wrong.length > 0) {
    throw new UserError(
      wrong.map(([flag, samba]) => {
        const hint = suggestHint(samba, sambaVersions) ?? "for commits of git, give the file of a Samba with --samba";
        return flagError(`--${flag}`, { message: `no image has Samba ${samba}`, hint });
      }),
    );
  }
  if (good === bad) throw new UserError([flagError("--bad", { message: "expected another version than --good" })]);
  if (others.length > 0 || isSambaFile(good) || isSambaFile(bad)) return [good, ...others, bad];
  const [from, to] = [sambaVersions.indexOf(good), sambaVersions.indexOf(bad)];
  return from < to ? sambaVersions.slice(from, to + 1) : sambaVersions.slice(to, from + 1).reverse();
}

/** The commits from the good one to the bad one, each built when its turn comes. */
async function commits(
  context: CliContext,
  scenario: string,
  flags: BisectFlags & { readonly samba: string },
): Promise<Candidate[]> {
  const build = loadSamba(flags.samba, context.cwd);
  const { source } = build;
  if (source.kind !== "git") {
    throw new UserError([
      flagError("--samba", { message: `${flags.samba} has no \`git\`: commits are of a repository` }),
    ]);
  }
  const { signal } = context;
  const [good, bad] = [
    await commitOf(flags.good, { from: source.from, signal }),
    await commitOf(flags.bad, { from: source.from, signal }),
  ];
  const repository = await repositoryOf([good, bad], { from: source.from, signal }, stateFolder(context.env));
  const listed = await commitsBetween(good, bad, repository);
  if (listed.length < 2) {
    const message = `${flags.good} is not among the first parents of ${flags.bad}, nor the other way round`;
    throw new UserError([flagError("--good", { message, hint: "give two commits of one branch" })]);
  }
  const [cell] = await cellsFor(context, scenario, [resolve(context.cwd, flags.samba)], flags);
  if (cell === undefined) throw new Error("one Samba has one cell");
  return Promise.all(
    listed.map(async (commit) => {
      const name = commit.slice(0, 11);
      const own: SambaBuild = {
        ...{ ...build, name, version: await versionOf(commit, repository) },
        source: { ...source, from: repository, ref: commit },
      };
      const nodes = cell.lab.spec.nodes.map((node) => withNodeSamba(node, name, own));
      return { name, cell: { ...cell, samba: name, lab: { ...cell.lab, spec: { ...cell.lab.spec, nodes } } } };
    }),
  );
}
