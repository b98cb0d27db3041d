import type { AnyVerb } from "./scenario.js";
import { ban } from "./steps/ban.js";
import { crash } from "./steps/crash.js";
import { cut } from "./steps/cut.js";
import { eject } from "./steps/eject.js";
import { disable } from "./steps/disable.js";
import { flap } from "./steps/flap.js";
import { freeze } from "./steps/freeze.js";
import { impair } from "./steps/impair.js";
import { kill } from "./steps/kill.js";
import { loseLock } from "./steps/lose-lock.js";
import { moveip } from "./steps/moveip.js";
import { oom } from "./steps/oom.js";
import { partition } from "./steps/partition.js";
import { shutdown } from "./steps/shutdown.js";
import { slow } from "./steps/slow.js";
import { stop } from "./steps/stop.js";
import { storage } from "./steps/storage.js";
import { upgrade } from "./steps/upgrade.js";

/** The verbs that break something, each of which heals. A nemesis draws from these. */
export const faultVerbs = {
  ...{ disable, stop, ban, kill, moveip, crash, cut, eject, flap, freeze, oom, shutdown },
  ...{ partition, slow, impair, storage, "lose-lock": loseLock, upgrade },
} as const satisfies Record<string, AnyVerb>;
