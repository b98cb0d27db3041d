import { execa } from "execa";
import { ToolError } from "../../core/errors.js";
import type { HostCheck } from "./checks.js";

export interface InstallOptions {
  readonly checks: readonly HostCheck[];
  readonly isDebianLike: boolean;
  readonly isRoot: boolean;
  /** One line for the user. */
  readonly say: (line: string) => void;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/**
 * Installs the packages that the checks ask for, saying before which and why. Returns what it installed. Anywhere but
 * on Debian and its children as root it is a ToolError that says what to install.
 */
export async function installMissing(options: InstallOptions): Promise<readonly string[]> {
  const { checks, say } = options;
  const lacking = checks.filter(({ status, packages }) => status !== "ok" && packages.length > 0);
  const packages = [...new Set(lacking.flatMap((check) => check.packages))];
  if (packages.length === 0) return [];
  if (!options.isDebianLike || !options.isRoot) throw cannotInstall(options, packages);
  for (const { name, detail, packages: wanted } of lacking)
    say(`installing ${wanted.join(" ")} for ${name}: ${detail}`);
  // What is not in the package lists, or is no longer on the mirror at that version, needs fresh lists: once.
  if ((await aptGet(packages, options)).failed) {
    say("refreshing the package lists (apt-get update)");
    const update = await run(["update"], options);
    if (update.failed) throw failed(update, "the package lists could not be refreshed");
    const again = await aptGet(packages, options);
    if (again.failed) throw failed(again, `${packages.join(" ")} could not be installed`);
  }
  return packages;
}

interface AptResult {
  readonly failed: boolean;
  readonly command: string;
  readonly exit: number | undefined;
  readonly output: string;
}

function aptGet(packages: readonly string[], options: InstallOptions): Promise<AptResult> {
  return run(["install", "--yes", "--no-install-recommends", ...packages], options);
}

async function run(args: readonly string[], { env, signal }: InstallOptions): Promise<AptResult> {
  const result = await execa("apt-get", ["-o", "DPkg::Lock::Timeout=120", ...args], {
    // Nobody is there to answer: packages ask nothing and keep the configuration files they find.
    env: { ...env, DEBIAN_FRONTEND: "noninteractive", NEEDRESTART_MODE: "l" },
    ...{ all: true, reject: false, stdin: "ignore" },
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  return { failed: result.failed, command: result.command, exit: result.exitCode, output: result.all };
}

function failed({ command, exit, output }: AptResult, message: string): ToolError {
  return new ToolError({
    code: "host/install",
    message,
    command,
    ...(exit !== undefined && { exit }),
    stderrTail: output.trimEnd().split("\n").slice(-12).join("\n"),
    hint: "apt's last lines name the reason; `plugfest doctor` says what is still missing",
  });
}

function cannotInstall({ isDebianLike }: InstallOptions, packages: readonly string[]): ToolError {
  return new ToolError({
    code: "host/cannot-install",
    message: isDebianLike
      ? "packages are missing, and only root can install them"
      : "packages are missing, and plugfest installs them only on Debian and Ubuntu",
    hint: isDebianLike
      ? `run as root: apt-get install ${packages.join(" ")}`
      : `install what these Debian packages have: ${packages.join(" ")}`,
  });
}
