import { execa } from "execa";
import { ToolError } from "../core/errors.js";
import { renderSource, withoutExpiry, type AptSource } from "./apt-sources.js";
import type { BuildLog } from "./build-log.js";
import { dpkgOptions } from "./context.js";

export interface BootstrapOptions {
  readonly suite: string;
  readonly sources: readonly AptSource[];
  /** Where mmdebstrap writes to. */
  readonly target: string;
  /** More options of mmdebstrap(1), its format among them. */
  readonly options: readonly string[];
  readonly log: BuildLog;
  readonly signal?: AbortSignal;
}

/** Bootstraps a Debian on this host from its mirror. Returns the sources as they turned out to work. */
export async function bootstrapDebian(options: BootstrapOptions): Promise<readonly AptSource[]> {
  const { suite, log } = options;
  let { sources } = options;
  for (;;) {
    const output = await mmdebstrap({ ...options, sources });
    if (output === undefined) return sources;
    const relaxed = withoutExpiry(sources, output);
    if (relaxed === undefined) throw bootstrapFailed(suite, output, log.path);
    log.expired(sources, relaxed);
    sources = relaxed;
  }
}

/** Runs mmdebstrap (1); returns undefined, or its output when it failed. */
async function mmdebstrap(options: BootstrapOptions): Promise<string | undefined> {
  const { suite, sources, target, log, signal } = options;
  const argv = [
    // A user is root in a namespace of theirs, as far as a bootstrap goes; newuidmap(1) lets them have all users in it.
    ...(process.geteuid?.() === 0 ? [] : ["unshare", "--map-root-user", "--map-auto", "--mount"]),
    // Should plugfest be killed, the bootstrap ends with it, and takes its temporary folder along.
    ...["setpriv", "--pdeathsig", "TERM", "mmdebstrap", "--variant=minbase", ...options.options],
    ...dpkgOptions.map((option) => `--dpkgopt=${option}`),
    ...[suite, target, ...sources.map(renderSource)],
  ];
  const [command = "", ...args] = argv;
  const child = execa(command, args, {
    all: true,
    reject: false,
    stdin: "ignore",
    // mmdebstrap removes its folder when it is asked to end, which takes a moment.
    forceKillAfterDelay: 20_000,
    ...(signal && { cancelSignal: signal }),
  });
  for await (const line of child.iterable({ from: "all" })) log.line(line);
  const result = await child;
  signal?.throwIfAborted();
  if (result.exitCode === 0) return undefined;
  return result.all === "" ? (result.shortMessage ?? "mmdebstrap did not start") : result.all;
}

function bootstrapFailed(suite: string, output: string, logPath: string): ToolError {
  return new ToolError({
    code: "image/base",
    ...whyNot(suite, output),
    command: `mmdebstrap --variant=minbase ${suite}`,
    stderrTail: output.split("\n").slice(-15).join("\n"),
    logPath,
  });
}

/** What went wrong by what mmdebstrap, or plugfest's own scripts in it, said last, and what to do about it. */
export function whyNot(suite: string, output: string): { readonly message: string; readonly hint: string } {
  const [, own, option] = /^plugfest: your kernel (\S+) lacks (\S+)/m.exec(output) ?? [];
  if (own !== undefined && option !== undefined) {
    return {
      message: `the kernel ${own} that the topology names is without ${option}`,
      hint: `build it with ${option}, or leave \`kernel\` out of the topology: then machines have Debian's`,
    };
  }
  const [, kernel, module] = /^plugfest: the kernel (\S+) lacks (\S+)/m.exec(output) ?? [];
  if (kernel !== undefined && module !== undefined) {
    return {
      message: `the kernel ${kernel} of Debian ${suite} has no module ${module}`,
      hint: "a mirror or snapshot with Debian's own kernel has it",
    };
  }
  const [, sourceless] = /^plugfest: (there is no source of the kernel .*)/m.exec(output) ?? [];
  if (sourceless !== undefined) {
    return {
      message: sourceless,
      hint: "the mirror has a kernel whose source it has not, or not yet: another mirror, or a snapshot of both, cures it",
    };
  }
  const [, release] = /^plugfest: compiling .* for (\S+),/m.exec(output) ?? [];
  if (release !== undefined && output.includes("make: ***")) {
    return {
      message: `modules for the kernel ${release} could not be compiled`,
      hint: "it may be newer than plugfest knows: a snapshot with an older one, or a `kernel` of your own with SMB Direct, does",
    };
  }
  return { message: `Debian ${suite} could not be bootstrapped`, hint: bootstrapHint(output) };
}

function bootstrapHint(output: string): string {
  // Node's word for a program that is not there, and setpriv's.
  if (/ENOENT|failed to execute mmdebstrap: No such file/.test(output)) {
    return "install mmdebstrap, or let `plugfest doctor --fix` do it";
  }
  if (/^unshare: /m.test(output)) {
    return "for who is not root it takes Debian's package uidmap, a line for this user in /etc/subuid and in /etc/subgid, and user namespaces";
  }
  if (output.includes("NO_PUBKEY")) {
    return "this host's debian-archive-keyring is older than the suite: `apt-get install --only-upgrade debian-archive-keyring`";
  }
  if (output.includes("No space left")) return "free disk space in /tmp and in plugfest's state folder";
  return "check that this host's Debian mirror (/etc/apt) answers and has the suite";
}
