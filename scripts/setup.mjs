// `npm run demo`, `npm test` and `npm run bench`: sets up what is missing, then does it. Plain Node without packages,
// for on a fresh clone there are none.
import { prepare } from "./prepare.mjs";
import { runProgram } from "./run-program.mjs";

const [verb = "demo", ...args] = process.argv.slice(2);
const plugfest = (...argv) => runProgram([process.execPath, "bin/plugfest", ...argv]);

const prepared = await prepare();
if (prepared !== 0 && verb === "test") console.log("0 passed, 1 failed");
process.exitCode = prepared || (await verbs(verb));

async function verbs(name) {
  switch (name) {
    case "demo":
      return (await hostPackages()) || (await plugfest("demo", ...args)).exit;
    case "bench":
      return (await hostPackages()) || (await runProgram([process.execPath, "dist/bench/main.js", ...args])).exit;
    case "test": {
      const { test } = await import("./test.mjs");
      return test(args, hostPackages);
    }
    default:
      console.error(`unknown verb ${name}: expected demo, test or bench`);
      return 3;
  }
}

/** Says what it installs and why; on anything but Debian and Ubuntu as root it says what to install. */
async function hostPackages() {
  return (await plugfest("doctor", "--fix")).exit;
}
