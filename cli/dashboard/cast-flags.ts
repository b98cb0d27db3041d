import { UserError } from "../../core/errors.js";
import { parseDuration } from "../../core/size.js";
import type { CastOptions } from "../../dashboard/cast/frames.js";
import { themeOf } from "../../dashboard/theme.js";
import { flagError } from "../flag-error.js";
import { isTheme } from "./flags.js";

export interface CastFlags {
  readonly from?: string;
  readonly to?: string;
  readonly at?: string;
  readonly speed: string;
  readonly size: string;
  readonly theme: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Enough for a picture in which things move, and few enough for a file of some hundred kB. */
const FRAMES_PER_SECOND = 5;

/** How the recording is to be. Throws a UserError with everything that is wrong with the flags. */
export function castOptions(flags: CastFlags, env: NodeJS.ProcessEnv): CastOptions & { readonly isStill: boolean } {
  const wrong: ReturnType<typeof flagError>[] = [];
  const duration = (flag: "from" | "to" | "at", otherwise: number) => {
    const text = flags[flag];
    if (text === undefined) return otherwise;
    const parsed = parseDuration(text);
    if (parsed.ok) return parsed.value;
    wrong.push(flagError(`--${flag}`, parsed));
    return otherwise;
  };
  const [, columns = "", rows = ""] = /^(\d+)x(\d+)$/.exec(flags.size) ?? [];
  const size = { columns: Number(columns), rows: Number(rows) };
  if (size.columns < 40 || size.rows < 12 || size.columns > 400 || size.rows > 200)
    wrong.push(flagError("--size", { message: `expected columns and rows such as 100x32, got "${flags.size}"` }));
  const speed = Number(flags.speed);
  if (!(speed > 0 && Number.isFinite(speed)))
    wrong.push(flagError("--speed", { message: `expected a number above 0, such as 4, got "${flags.speed}"` }));
  if (!isTheme(flags.theme)) wrong.push(flagError("--theme", { message: `no theme "${flags.theme}"` }));
  const at = duration("at", NaN);
  const isStill = !Number.isNaN(at);
  const fromMs = isStill ? at : duration("from", 0);
  const toMs = isStill ? at : duration("to", Infinity);
  if (wrong.length > 0) throw new UserError(wrong);
  const theme = themeOf(isTheme(flags.theme) ? flags.theme : "dark", env);
  return { size, theme, speed, fromMs, toMs, framesPerSecond: FRAMES_PER_SECOND, isStill };
}
