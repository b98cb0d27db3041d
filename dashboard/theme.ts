import type { TextProps } from "ink";

/** What a piece of text is; themes say how that looks. Nothing is told by colour alone: words and signs say it too. */
export type Role = "plain" | "title" | "ok" | "bad" | "warn" | "accent" | "quiet" | "selected" | "stall" | "rate";

type Look = Pick<TextProps, "color" | "bold" | "dimColor" | "inverse">;

export type Theme = Readonly<Record<Role, Look>>;

const mono: Theme = {
  plain: {},
  title: { bold: true },
  ok: {},
  bad: { bold: true },
  warn: { bold: true },
  accent: {},
  quiet: { dimColor: true },
  selected: { inverse: true },
  stall: { dimColor: true },
  rate: {},
};

/** Only the terminal's own sixteen colours: they are readable on the background that its user chose. */
const dark: Theme = {
  ...mono,
  ok: { color: "green" },
  bad: { color: "red", bold: true },
  warn: { color: "yellow" },
  accent: { color: "cyan" },
  quiet: { color: "gray" },
  stall: { color: "red" },
  rate: { color: "green" },
};

const light: Theme = { ...dark, warn: { color: "magenta" }, accent: { color: "blue" }, quiet: { dimColor: true } };

export const themes = { dark, light, mono } as const;
export type ThemeName = keyof typeof themes;

/** The theme asked for; without colours where NO_COLOR is set (no-color.org), whatever was asked for. */
export function themeOf(name: ThemeName, env: Readonly<Record<string, string | undefined>>): Theme {
  return env["NO_COLOR"] ? mono : themes[name];
}
