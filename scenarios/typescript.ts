/**
 * What `import { scenario } from "plugfest"` gives a scenario that is written in TypeScript: the scenario as it is, with its
 * form checked by the editor (schemas/plugfest.d.ts has the types). What it says is checked as that of a YAML file is.
 */
export function scenario(written: unknown): unknown {
  return written;
}
