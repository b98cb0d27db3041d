import type { Clock } from "../../core/clock.js";
import type { Remote } from "../../core/remote.js";
import type { Shell } from "./shell.js";

/** What a host that is there already runs, and so how it is looked at and used. */
export interface HostSystem {
  /** Whether a user may do all that there is to do; others do so by sudo. */
  readonly isRoot: (user: string) => boolean;
  readonly shell: Shell;
  /** Where plugfest's files are on it: a folder of one client of one lab. */
  readonly root: (of: { readonly lab: string; readonly node: string }) => string;
  /** Looks whether it can be a client. Returns what was found, for people; a ToolError says all that it lacks. */
  readonly check: (remote: Remote, addresses: readonly string[], who: string) => Promise<string[]>;
  /** Refuses a host whose clock is surely further from this one's than evidence can bear. */
  readonly checkClock: (remote: Remote, clock: Clock, who: string) => Promise<void>;
  /** Makes the folder, which is nobody's but plugfest's. */
  readonly prepare: (remote: Remote, root: string) => Promise<void>;
  /** Ends what runs from a client's folder, and removes the folder; others' are left alone. */
  readonly clear: (remote: Remote, root: string) => Promise<void>;
}
