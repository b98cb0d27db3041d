import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { ToolError } from "../core/errors.js";
import { specHash } from "../core/hash.js";

export interface GitRepository {
  /** Its folder or its address. */
  readonly from: string;
  readonly signal?: AbortSignal;
}

/** The commit that a branch, a tag or a commit's id stands for now. */
export async function commitOf(ref: string, { from, signal }: GitRepository): Promise<string> {
  if (/^[0-9a-f]{40}$/.test(ref)) return ref;
  const isFolder = existsSync(from);
  const argv = isFolder
    ? ["-C", from, "rev-parse", "--quiet", "--verify", "--end-of-options", `${ref}^{commit}`]
    : ["ls-remote", from, ref, `${ref}^{}`];
  const { exitCode, stdout } = await ask(argv, signal);
  const listed = Buffer.from(stdout).toString().trim().split("\n");
  // A tag that is an object of its own comes twice: the commit is what it points to.
  const found = (listed.find((line) => line.endsWith("^{}")) ?? listed[0] ?? "").split("\t")[0] ?? "";
  if (exitCode === 0 && found !== "") return found;
  throw new ToolError({
    code: "image/git",
    message: `${from} has no branch, tag or commit ${ref}`,
    hint: isFolder ? "see `git` in the Samba file" : "give a branch, a tag, or a commit's whole id",
  });
}

/** A folder with the repository: its own, or a copy in the state folder that has the commits, made or brought up to date. */
export async function repositoryOf(
  commits: readonly string[],
  { from, signal }: GitRepository,
  stateFolder: string,
): Promise<string> {
  if (existsSync(from)) return from;
  const copy = join(stateFolder, "sources", `${specHash(from)}.git`);
  if (!existsSync(join(copy, "HEAD"))) {
    mkdirSync(dirname(copy), { recursive: true });
    await git(["init", "-q", "--bare", copy], signal);
  }
  for (const commit of commits) {
    try {
      await git(["-C", copy, "cat-file", "-e", `${commit}^{commit}`], signal);
    } catch {
      signal?.throwIfAborted();
      await git(["-C", copy, "fetch", "-q", "--tags", from, "+refs/heads/*:refs/heads/*"], signal);
      break;
    }
  }
  return copy;
}

/**
 * The commits from one to another, both included, the first parents of merges only; whichever is the older. None where
 * neither leads to the other.
 */
export async function commitsBetween(from: string, to: string, repository: string): Promise<string[]> {
  const forth = await firstParents(from, to, repository);
  return forth.length > 0 ? forth : (await firstParents(to, from, repository)).reverse();
}

async function firstParents(older: string, newer: string, repository: string): Promise<string[]> {
  const range = [newer, `^${older}^@`];
  const listed = (await git(["-C", repository, "rev-list", "--first-parent", "--reverse", ...range]))
    .trim()
    .split("\n");
  return listed[0] === older ? listed : [];
}

/** Major and minor version of Samba's source at a commit. */
export async function versionOf(commit: string, repository: string): Promise<string> {
  const text = await git(["-C", repository, "show", `${commit}:VERSION`]);
  const part = (name: string) => new RegExp(`^SAMBA_VERSION_${name}=(\\d+)`, "m").exec(text)?.[1] ?? "?";
  return `${part("MAJOR")}.${part("MINOR")}`;
}

/** All files of a commit, as a compressed tar file. */
export async function archiveOf(commit: string, repository: string, signal?: AbortSignal): Promise<Buffer> {
  const { stdout } = await run(["-C", repository, "archive", "--format=tar.gz", commit], signal);
  return Buffer.from(stdout);
}

async function git(argv: readonly string[], signal?: AbortSignal): Promise<string> {
  return Buffer.from((await run(argv, signal)).stdout).toString();
}

async function run(argv: readonly string[], signal: AbortSignal | undefined): Promise<{ stdout: Uint8Array }> {
  const result = await ask(argv, signal);
  if (result.exitCode === 0) return result;
  throw new ToolError({
    code: "image/git",
    message: "git did not give Samba's source",
    command: ["git", ...argv].join(" "),
    stderrTail: Buffer.from(result.stderr).toString().trim() || (result.shortMessage ?? ""),
    hint: "see `git` in the Samba file, and whether git is installed",
  });
}

async function ask(argv: readonly string[], signal: AbortSignal | undefined) {
  // Whoever names a repository means it, whoever owns it. Without a terminal nobody could be asked for a password.
  const result = await execa("git", ["-c", "safe.directory=*", ...argv], {
    ...{ encoding: "buffer", reject: false, stdin: "ignore", env: { GIT_TERMINAL_PROMPT: "0" }, maxBuffer: 2 ** 30 },
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  return result;
}
