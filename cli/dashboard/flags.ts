import type { ShowOptions } from "../../dashboard/show.js";
import { themeOf, themes } from "../../dashboard/theme.js";
import type { ThemeName } from "../../dashboard/theme.js";
import { UserError } from "../../core/errors.js";
import type { CliContext } from "../context.js";
import { flagError } from "../flag-error.js";

export interface DashboardFlags {
  readonly speed?: string;
  readonly theme?: string;
  readonly screenReader?: boolean;
  readonly runs: string;
}

/**
 * How the dashboard is to look, and the terminal that it is shown on. Throws a UserError where there is none, for a
 * picture that is drawn over and over is no use in a file.
 */
export function dashboardLooks(
  context: CliContext,
  flags: DashboardFlags,
): Omit<ShowOptions, "source"> & { readonly speed: number } {
  const { input, out, env, clock, signal, atExit, interrupt } = context;
  const speed = Number(flags.speed ?? "1");
  const theme = flags.theme ?? "dark";
  const wrong = [
    ...(speed > 0 && Number.isFinite(speed)
      ? []
      : [flagError("--speed", { message: `expected a number above 0, such as 4, got "${flags.speed ?? ""}"` })]),
    ...(isTheme(theme)
      ? []
      : [flagError("--theme", { message: `no theme "${theme}": ${Object.keys(themes).join(", ")}` })]),
  ];
  if (wrong.length > 0) throw new UserError(wrong);
  const missing =
    !out.isTTY || !input.isTTY ? "not a terminal" : env["TERM"] === "dumb" ? "a dumb terminal" : undefined;
  if (missing !== undefined || env["CI"]) {
    const message = `the dashboard needs a terminal to draw on and to take keys from: this is ${missing ?? "a CI job (CI is set)"}`;
    const hint =
      "`plugfest run` and `plugfest report` write plain lines everywhere; `--json` gives each event as a line of JSON";
    throw new UserError([{ code: "cli/no-terminal", severity: "error", message, hint }]);
  }
  return {
    ...{ input, out, clock, signal, atExit, interrupt, speed },
    theme: themeOf(isTheme(theme) ? theme : "dark", env),
    spoken: flags.screenReader === true || env["INK_SCREEN_READER"] === "true",
  };
}

export function isTheme(name: string): name is ThemeName {
  return name in themes;
}
