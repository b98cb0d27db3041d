import type { AnyVerb } from "./scenario.js";
import { ban } from "./steps/ban.js";
import { continueNodes } from "./steps/continue.js";
import { copy } from "./steps/copy.js";
import { crash } from "./steps/crash.js";
import { cut } from "./steps/cut.js";
import { disable } from "./steps/disable.js";
import { enable } from "./steps/enable.js";
import { exec } from "./steps/exec.js";
import { expect } from "./steps/expect.js";
import { flap } from "./steps/flap.js";
import { freeze } from "./steps/freeze.js";
import { impair } from "./steps/impair.js";
import { ipreallocate } from "./steps/ipreallocate.js";
import { kill } from "./steps/kill.js";
import { moveip } from "./steps/moveip.js";
import { oom } from "./steps/oom.js";
import { read } from "./steps/read.js";
import { partition } from "./steps/partition.js";
import { shutdown } from "./steps/shutdown.js";
import { slow } from "./steps/slow.js";
import { start } from "./steps/start.js";
import { stop } from "./steps/stop.js";
import { unban } from "./steps/unban.js";
import { until } from "./steps/until.js";

/** Every verb of the language. A new one is a file in steps/ and a line here. */
export const verbs = {
  ...{ copy, read, disable, enable, stop, continue: continueNodes, ban, unban, kill, until, exec, expect },
  ...{ crash, cut, flap, freeze, oom, shutdown, start },
  ...{ moveip, ipreallocate, partition, slow, impair },
} as const satisfies Record<string, AnyVerb>;

/** Verbs that may stand in a `during` block: what takes effect while a copy runs. */
export const verbsDuring = {
  ...{ disable, enable, stop, continue: continueNodes, ban, unban, kill, exec },
  ...{ crash, cut, flap, freeze, oom, shutdown, start },
  ...{ moveip, ipreallocate, partition, slow, impair },
} as const satisfies Partial<typeof verbs>;

export function verbNamed(name: string): AnyVerb | undefined {
  return Object.entries<AnyVerb>(verbs).find(([known]) => known === name)?.[1];
}
