import type { Mode } from "./mode.js";
import type { Overlay } from "./picture.js";

/** What is done to the node that is selected. */
export type NodeAction = "disable" | "enable" | "stop" | "continue" | "ban" | "kill" | "hang" | "cut" | "heal";

export type Command =
  | { readonly do: "quit" | "interrupt" | "help" | "filter" | "close" | "yes" | "choose" }
  | { readonly do: "select"; readonly by: number }
  | { readonly do: "select-at"; readonly at: number }
  | { readonly do: "pause" | "begin" | "end" }
  | { readonly do: "step" | "fault" | "speed"; readonly by: 1 | -1 }
  | { readonly do: "act"; readonly action: NodeAction }
  | { readonly do: "copy" | "scenario" | "shell" | "logs" | "save" };

export interface Binding {
  readonly keys: readonly string[];
  readonly label: string;
  readonly help: string;
  readonly command: Command;
  readonly modes: readonly Mode[];
  /** Whether the line at the bottom has room for it. */
  readonly inFooter?: true;
}

const all: readonly Mode[] = ["watch", "steer", "replay"];
const act = (key: string, action: NodeAction, help: string): Binding => ({
  ...{ keys: [key], label: action, help, command: { do: "act", action }, modes: ["steer"], inFooter: true },
});

/** Every key: the table that keys, footer and help are made from. */
export const bindings: readonly Binding[] = [
  act("d", "disable", "ctdb disable: its addresses move"),
  act("e", "enable", "ctdb enable: they may come back"),
  act("t", "stop", "ctdb stop: it leaves the cluster"),
  act("n", "continue", "ctdb continue: it joins again"),
  act("b", "ban", "ctdb ban for 20 s"),
  act("k", "kill", "SIGKILL to ctdbd"),
  act("h", "hang", "freezes it: no connection breaks"),
  act("x", "cut", "pulls its cable, the public one"),
  act("o", "heal", "heals what keys did to the node"),
  ...bind(
    ["steer"],
    [
      [["c"], "copy", "starts a copy", { do: "copy" }],
      [["r"], "run", "runs a scenario in this lab", { do: "scenario" }],
      [["!"], "shell", "a shell on the node; exit ends it", { do: "shell" }],
      [["l"], "logs", "the node's log; q comes back", { do: "logs" }],
      [["s"], "save", "saves it all as a scenario", { do: "save" }],
    ],
  ),
  ...bind(
    ["replay"],
    [
      [["space"], "pause", "stops the time, or goes on", { do: "pause" }],
      [["right"], "step", "to the next event", { do: "step", by: 1 }],
      [["left"], "back", "to the event before", { do: "step", by: -1 }],
      [["f"], "fault", "to the next fault", { do: "fault", by: 1 }],
      [["F"], "", "to the fault before", { do: "fault", by: -1 }],
      [["+", "="], "faster", "twice the speed", { do: "speed", by: 1 }],
      [["-"], "slower", "half the speed", { do: "speed", by: -1 }],
      [["0"], "", "to the beginning", { do: "begin" }],
      [["G"], "", "to the end", { do: "end" }],
    ],
  ),
  { keys: ["up"], label: "", help: "the node above", command: { do: "select", by: -1 }, modes: all },
  {
    keys: ["down"],
    label: "",
    help: "the node below; or by number",
    command: { do: "select", by: 1 },
    modes: all,
  },
  ...bind(all, [
    [["/"], "filter", "events of one sort only", { do: "filter" }],
    [["?"], "help", "shows this page", { do: "help" }],
    [["q"], "quit", "leaves the dashboard", { do: "quit" }],
  ]),
];

type Row = readonly [readonly string[], string, string, Command];

function bind(modes: readonly Mode[], rows: readonly Row[]): Binding[] {
  return rows.map(([keys, label, help, command]) => ({
    ...{ keys, label, help, command, modes },
    ...(label === "" ? {} : { inFooter: true }),
  }));
}

/** More than this at once is not typed but pasted, and no command. */
const TYPED_AHEAD = 3;

/** The keys of one read from the terminal: who types fast, or on a busy machine, gets several into one. */
export function keyNames(input: string, key: Parameters<typeof keyName>[1]): string[] {
  if (input.length <= 1 || key.ctrl) return [keyName(input, key)];
  return input.length > TYPED_AHEAD ? [] : input.split("").map((one) => keyName(one, key));
}

/** The name of a key as the table has it. */
function keyName(
  input: string,
  key: Readonly<
    Partial<
      Record<
        "upArrow" | "downArrow" | "leftArrow" | "rightArrow" | "pageUp" | "pageDown" | "return" | "escape" | "ctrl",
        boolean
      >
    >
  >,
): string {
  if (key.upArrow) return "up";
  if (key.downArrow) return "down";
  if (key.pageUp) return "page-up";
  if (key.pageDown) return "page-down";
  if (key.leftArrow) return "left";
  if (key.rightArrow) return "right";
  if (key.return) return "enter";
  if (key.escape) return "esc";
  if (key.ctrl) return `ctrl-${input}`;
  return input === " " ? "space" : input;
}

/** So many lines a page key moves, on any screen. */
const PAGE = 15;

/** What a key does, given what is on the screen; undefined when it does nothing. */
export function commandOf(name: string, mode: Mode, overlay: Overlay["is"]): Command | undefined {
  if (name === "ctrl-c") return { do: "interrupt" };
  if (overlay === "confirm") return { do: name === "y" || name === "enter" ? "yes" : "close" };
  if (overlay === "choose") {
    if (name === "up" || name === "down") return { do: "select", by: name === "up" ? -1 : 1 };
    return name === "enter" ? { do: "choose" } : name === "esc" || name === "q" ? { do: "close" } : undefined;
  }
  if (overlay === "log") {
    const by = { up: -1, down: 1, "page-up": -PAGE, "page-down": PAGE }[name];
    return by !== undefined ? { do: "select", by } : name === "q" || name === "esc" ? { do: "close" } : undefined;
  }
  if (overlay !== "nothing") return { do: "close" };
  if (/^[1-9]$/.test(name)) return { do: "select-at", at: Number(name) - 1 };
  return bindings.find(({ keys, modes }) => modes.includes(mode) && keys.includes(name))?.command;
}
