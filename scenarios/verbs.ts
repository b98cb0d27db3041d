import type { AnyVerb } from "./scenario.js";
import { copy } from "./steps/copy.js";
import { disable } from "./steps/disable.js";
import { enable } from "./steps/enable.js";
import { exec } from "./steps/exec.js";
import { expect } from "./steps/expect.js";
import { until } from "./steps/until.js";

/** Every verb of the language. A new one is a file in steps/ and a line here. */
export const verbs = { copy, disable, enable, until, exec, expect } as const satisfies Record<string, AnyVerb>;

/** Verbs that may stand in a `during` block: what takes effect while a copy runs. */
export const verbsDuring = { disable, enable, exec } as const;

export function verbNamed(name: string): AnyVerb | undefined {
  return Object.entries<AnyVerb>(verbs).find(([known]) => known === name)?.[1];
}
