import { findEngine } from "../provisioners/docker/engine.js";
import { systemClock } from "../core/clock.js";
import { stateFolder } from "../core/paths.js";
import { benchCopy } from "./copy.js";
import { benchDashboard } from "./dashboard.js";
import { benchMachines } from "./machines.js";
import { benchNightly } from "./nightly.js";
import { benchObserve } from "./observe.js";
import { benchScale } from "./scale.js";
import { benchSoak } from "./soak.js";
import { benchStall } from "./stall.js";
import { benchUp } from "./up.js";

const benches = {
  up: benchUp,
  copy: benchCopy,
  observe: benchObserve,
  dashboard: benchDashboard,
  stall: benchStall,
  scale: benchScale,
  machines: benchMachines,
  nightly: benchNightly,
  soak: benchSoak,
};

/** Takes half an hour: only when it is named. */
const LONG = "soak";

/**
 * `npm run bench`, or parts of it: `npm run bench -- copy stall`. Every figure is a ratio of two things measured in turn
 * in one run, for absolute times say more about the machine than about plugfest.
 */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !(name in benches));
  if (unknown !== undefined) throw new Error(`no bench "${unknown}": ${Object.keys(benches).join(", ")}`);
  const folder = stateFolder(process.env);
  const engine = await findEngine({ env: process.env, clock: systemClock, stateFolder: folder, mayStart: true });
  process.stdout.write(`engine ${engine.version} (${engine.title}), Node ${process.versions.node}\n`);
  for (const [name, bench] of Object.entries(benches)) {
    if (!(names.length > 0 ? names.includes(name) : name !== LONG)) continue;
    process.stdout.write(`\n${name}\n`);
    for await (const line of bench(engine)) process.stdout.write(`  ${line}\n`);
  }
}

await main(process.argv.slice(2));
