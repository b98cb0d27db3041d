import { faultVerbs } from "./fault-verbs.js";
import type { AnyVerb } from "./scenario.js";
import { clientMove } from "./steps/client-move.js";
import { continueNodes } from "./steps/continue.js";
import { copy } from "./steps/copy.js";
import { enable } from "./steps/enable.js";
import { exec } from "./steps/exec.js";
import { expect } from "./steps/expect.js";
import { files } from "./steps/files.js";
import { fsctl } from "./steps/fsctl.js";
import { heal } from "./steps/heal.js";
import { hold } from "./steps/hold.js";
import { ipreallocate } from "./steps/ipreallocate.js";
import { nemesis } from "./steps/nemesis.js";
import { rdma } from "./steps/rdma.js";
import { read } from "./steps/read.js";
import { rename } from "./steps/rename.js";
import { serverCopy } from "./steps/server-copy.js";
import { start } from "./steps/start.js";
import { unban } from "./steps/unban.js";
import { until } from "./steps/until.js";
import { witnessList } from "./steps/witness-list.js";

/** What there is to do with a witness. */
const witnessVerbs = { "client-move": clientMove, "witness-list": witnessList } as const;

/** Every verb of the language. A new one is a file in steps/ and a line here; a fault has its line in fault-verbs.ts. */
export const verbs = {
  ...{ copy, read, hold, files, rename, "server-copy": serverCopy, fsctl },
  ...{ heal, enable, continue: continueNodes, unban, until, exec, expect, rdma, ipreallocate, start, nemesis },
  ...faultVerbs,
  ...witnessVerbs,
} as const satisfies Record<string, AnyVerb>;

/** Verbs that may stand in a `during` block: what takes effect while a copy runs. */
export const verbsDuring = {
  ...{ heal, enable, continue: continueNodes, unban, exec, ipreallocate, start, nemesis },
  ...faultVerbs,
  ...witnessVerbs,
} as const satisfies Partial<typeof verbs>;

export function verbNamed(name: string): AnyVerb | undefined {
  return Object.entries<AnyVerb>(verbs).find(([known]) => known === name)?.[1];
}
