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
  act("d", "disable", "ctdb disable: its addresses move, its clients reconnect"),
  act("e", "enable", "ctdb enable: addresses may come back"),
  act("t", "stop", "ctdb stop: it leaves the cluster"),
  act("n", "continue", "ctdb continue: it joins again"),
  act("b", "ban", "ctdb ban for 20 s"),
  act("k", "kill", "SIGKILL to ctdbd"),
  act("h", "hang", "freezes the node: nothing runs, no connection breaks"),
  act("x", "cut", "pulls the cable to the public network"),
  act("o", "heal", "heals every fault of this session on the node"),
  ...bind(
    ["steer"],
    [
      [["c"], "copy", "starts a copy to the first share", { do: "copy" }],
      [["r"], "run", "runs a scenario in this lab", { do: "scenario" }],
      [["!"], "shell", "opens a shell on the node; exit comes back", { do: "shell" }],
      [["l"], "logs", "shows the node's log; q comes back", { do: "logs" }],
      [["s"], "save", "saves what was done as a scenario", { do: "save" }],
    ],
  ),
  ...bind(
    ["replay"],
    [
      [["space"], "pause", "stops the time, or lets it go on", { do: "pause" }],
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
  { keys: ["up"], label: "", help: "selects the node above", command: { do: "select", by: -1 }, modes: all },
  {
    keys: ["down"],
    label: "",
    help: "selects the node below; 1 to 9 select directly",
    command: { do: "select", by: 1 },
    modes: all,
  },
  ...bind(all, [
    [["/"], "filter", "shows events of one sort only", { do: "filter" }],
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

/** The name of a key as the table has it. */
export function keyName(
  input: string,
  key: Readonly<
    Partial<Record<"upArrow" | "downArrow" | "leftArrow" | "rightArrow" | "return" | "escape" | "ctrl", boolean>>
  >,
): string {
  if (key.upArrow) return "up";
  if (key.downArrow) return "down";
  if (key.leftArrow) return "left";
  if (key.rightArrow) return "right";
  if (key.return) return "enter";
  if (key.escape) return "esc";
  if (key.ctrl) return `ctrl-${input}`;
  return input === " " ? "space" : input;
}

/** What a key does, given what is on the screen; undefined when it does nothing. */
export function commandOf(name: string, mode: Mode, overlay: Overlay["is"]): Command | undefined {
  if (name === "ctrl-c") return { do: "interrupt" };
  if (overlay === "confirm") return { do: name === "y" || name === "enter" ? "yes" : "close" };
  if (overlay === "choose") {
    if (name === "up" || name === "down") return { do: "select", by: name === "up" ? -1 : 1 };
    return name === "enter" ? { do: "choose" } : name === "esc" || name === "q" ? { do: "close" } : undefined;
  }
  if (overlay !== "nothing") return { do: "close" };
  if (/^[1-9]$/.test(name)) return { do: "select-at", at: Number(name) - 1 };
  return bindings.find(({ keys, modes }) => modes.includes(mode) && keys.includes(name))?.command;
}
