import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, summaryLine } from "./check.mjs";
import { packageProgram, runProgram } from "./run-program.mjs";

const projects = ["unit", "contract", "cli", "e2e"];
/** Projects that work on this machine's Docker engine. */
const onEngine = ["contract", "e2e"];

/**
 * All checks and tests, or the parts named: `npm test -- checks unit`, or any of the projects of vitest.config.ts; what
 * follows a `--` goes to vitest, such as the names of files. Returns the exit code.
 *
 * @param {readonly string[]} args
 * @param {() => Promise<number>} hostPackages sets the host up for the parts that need an engine
 */
export async function test(args, hostPackages) {
  const end = args.indexOf("--");
  const named = end < 0 ? args : args.slice(0, end);
  const rest = end < 0 ? [] : args.slice(end + 1);
  const unknown = named.find((name) => name !== "checks" && !projects.includes(name));
  if (unknown !== undefined) {
    console.error(`unknown part ${unknown}: expected checks, ${projects.join(", ")}`);
    return 3;
  }
  const chosen = named.length === 0 ? projects : projects.filter((name) => named.includes(name));
  const needsEngine = chosen.some((name) => onEngine.includes(name));
  const stopEngine = needsEngine ? await engineStopper() : async () => undefined;
  const total = { passed: 0, failed: 0, skipped: 0 };
  const add = (counts) => Object.keys(total).forEach((key) => (total[key] += counts[key]));
  try {
    if (needsEngine && (await hostPackages()) !== 0) add({ passed: 0, failed: 1, skipped: 0 });
    if (named.length === 0 || named.includes("checks")) {
      await pythonPackages();
      add(await check());
    }
    if (chosen.includes("unit")) await mono();
    if (chosen.includes("e2e")) {
      await browser();
      await terminal();
      await media();
    }
    if (chosen.length > 0) add(await vitest(chosen, rest));
  } finally {
    await stopEngine();
  }
  console.log(summaryLine(total));
  return total.failed > 0 ? 1 : 0;
}

async function vitest(chosen, rest) {
  const folder = mkdtempSync(join(tmpdir(), "plugfest-vitest-"));
  const json = join(folder, "results.json");
  const reporters = ["--reporter=./scripts/reporter.mjs", "--reporter=json", `--outputFile.json=${json}`];
  const selected = chosen.map((name) => `--project=${name}`);
  const { exit } = await runProgram(packageProgram("vitest/vitest.mjs", "run", ...reporters, ...selected, ...rest));
  try {
    return countVitest(JSON.parse(readFileSync(json, "utf8")), exit);
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that does not load, or an error outside of all tests, has no test to its name and counts as one failure. */
function countVitest(results, exit) {
  const broken = results.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((one) => one.status === "failed"),
  ).length;
  const failed = results.numFailedTests + broken;
  return {
    passed: results.numPassedTests,
    failed: failed === 0 && exit !== 0 ? 1 : failed,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

/** The client program's own tests run on this host's Python. */
async function pythonPackages() {
  const probe = await runProgram(["python3", "-c", "import cryptography"], { capture: true });
  if (probe.exit !== 0) await install("the client program's tests", ["python3", "python3-cryptography"]);
}

/** What Windows compiles is compiled and run by Mono; where there is none, that test says that it was skipped. */
async function mono() {
  if (!isDebianRoot()) return;
  const probe = await runProgram(["mcs", "--version"], { capture: true });
  const packages = ["mono-mcs", "mono-runtime", "libmono-system-web-extensions4.0-cil"];
  if (probe.exit !== 0) await install("the test of the Windows client's program", packages);
  const writer = await runProgram(["genisoimage", "-version"], { capture: true });
  if (writer.exit !== 0) await install("the test of media of Windows", ["genisoimage", "p7zip-full"]);
}

/** The dashboard is tried in a terminal of tmux; where there is none, that test says that it was skipped. */
async function terminal() {
  if (!isDebianRoot()) return;
  const probe = await runProgram(["tmux", "-V"], { capture: true });
  if (probe.exit !== 0) await install("the test of the dashboard in a terminal", ["tmux"]);
}

/** Media that UEFI starts are made with these, for what takes long; where they are not, those tests say that they were skipped. */
async function media() {
  if (!isDebianRoot() || process.env.PLUGFEST_TEST_FULL !== "1") return;
  const needed = [
    "/usr/lib/grub/x86_64-efi",
    "/usr/bin/grub-mkstandalone",
    "/usr/bin/mcopy",
    "/usr/bin/xorriso",
    "/usr/sbin/sfdisk",
  ];
  const packages = ["grub-common", "grub-efi-amd64-bin", "mtools", "xorriso", "fdisk"];
  if (!needed.every((path) => existsSync(path))) await install("the test of media of Windows", packages);
}

/** The report is looked at in Debian's Chromium; where there is none, that test says that it was skipped. */
async function browser() {
  if (!isDebianRoot()) return;
  const probe = await runProgram(["chromium", "--version"], { capture: true });
  if (probe.exit !== 0) await install("the test of the report in a browser", ["chromium"]);
}

function isDebianRoot() {
  const osRelease = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  return /^ID=debian$/m.test(osRelease) && process.getuid() === 0;
}

async function install(name, packages) {
  const { installMissing } = await load("provisioners/host/packages.js");
  const lacking = { name, status: "missing", detail: "not installed", packages };
  const host = { isDebianLike: existsSync("/etc/debian_version"), isRoot: process.getuid() === 0 };
  try {
    await installMissing({ checks: [lacking], ...host, say: console.log, env: process.env });
  } catch (error) {
    // The check or test itself then fails and counts.
    console.error(`${error.message}: ${error.failure?.hint ?? ""}`);
  }
}

function load(path) {
  return import(new URL(`../dist/${path}`, import.meta.url).href);
}

/** What stops plugfest's own engine again, if the tests are what started it; a running one stays. */
async function engineStopper() {
  const { embeddedStatus } = await load("provisioners/docker/embedded-engine.js");
  const { stateFolder } = await load("core/paths.js");
  const folder = stateFolder(process.env);
  if ((await embeddedStatus(folder)).state === "running") return async () => undefined;
  return async () => {
    if ((await embeddedStatus(folder)).state !== "running") return;
    const { stopEmbeddedEngine } = await load("provisioners/docker/stop-engine.js");
    const { systemClock } = await load("core/clock.js");
    await stopEmbeddedEngine({ stateFolder: folder, clock: systemClock, env: process.env });
  };
}
