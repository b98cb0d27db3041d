// What is checked without running plugfest: style, types, layers, dead code, and the client program's own tests.
import { pathToFileURL } from "node:url";
import { packageProgram, runProgram } from "./run-program.mjs";

/** Fewer modules than these mean that the layers were not checked at all. */
const leastModules = 80;

const checks = [
  { name: "format", argv: packageProgram("prettier/bin/prettier.cjs", "--check", "--log-level=warn", ".") },
  { name: "lint", argv: packageProgram("eslint/bin/eslint.js", "--max-warnings=0", ".") },
  { name: "types", argv: packageProgram("typescript/bin/tsc", "--noEmit") },
  {
    name: "layers",
    argv: packageProgram("dependency-cruiser/bin/dependency-cruise.mjs", "--output-type=err", "."),
    judge: (output) => {
      const modules = Number(/\((\d+) modules/.exec(output)?.[1] ?? 0);
      if (modules < leastModules) return `only ${modules} modules were looked at`;
    },
  },
  { name: "unused", argv: packageProgram("knip/bin/knip.js", "--no-progress") },
  {
    name: "client program",
    argv: ["python3", "-m", "unittest", "discover", "-s", "images/program", "-t", "images/program"],
    env: { PYTHONDONTWRITEBYTECODE: "1" },
    count: countUnittest,
  },
];

/**
 * Runs all checks, two at a time, and prints one line for each, with its output where it failed.
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>}
 */
export async function check() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const queue = [...checks];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const counts = await runCheck(next);
      for (const key of Object.keys(total)) total[key] += counts[key];
    }
  };
  await Promise.all([worker(), worker()]);
  return total;
}

async function runCheck({ name, argv, env, judge, count }) {
  const { exit, output } = await runProgram(argv, { capture: true, env });
  const complaint = exit === 0 ? judge?.(output) : `exit ${exit}`;
  const counts = count?.(output) ?? { passed: 1, failed: 0, skipped: 0 };
  if (complaint === undefined) {
    console.log(`ok    ${name}${count ? ` (${counts.passed} tests)` : ""}`);
    return counts;
  }
  console.log(`FAIL  ${name}: ${complaint}\n${output.trimEnd()}\n`);
  return counts.failed > 0 ? counts : { ...counts, passed: counts.passed && counts.passed - 1, failed: 1 };
}

/** The closing lines of Python's unittest: `Ran 40 tests in 1.2s` and `OK (skipped=1)` or `FAILED (failures=1, errors=2)`. */
function countUnittest(output) {
  const number = (pattern) => Number(pattern.exec(output)?.[1] ?? 0);
  const ran = number(/^Ran (\d+) tests?/m);
  const failed = number(/failures=(\d+)/) + number(/errors=(\d+)/);
  const skipped = number(/skipped=(\d+)/);
  // No test at all is no success: the folder has moved, or Python is not there.
  if (ran === 0) return { passed: 0, failed: 1, skipped: 0 };
  return { passed: Math.max(0, ran - failed - skipped), failed, skipped };
}

/** The line continuous integration reads. */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const counts = await check();
  console.log(summaryLine(counts));
  process.exitCode = counts.failed > 0 ? 1 : 0;
}
