import { failureOf } from "../core/errors.js";
import { consequencesOf, isDestructive } from "./consequences.js";
import type { Command, NodeAction } from "./keys.js";
import type { Overlay, TailFilter, Ui } from "./picture.js";
import { plainUi } from "./picture.js";
import type { Source } from "./source/source.js";
import type { Steering } from "./steering.js";

const FILTERS: readonly TailFilter[] = ["all", "copy", "cluster", "fault", "check", "step", "lab", "problem"];

export interface ControllerOptions {
  readonly source: Source;
  /** Absent where there is nothing to steer. */
  readonly steering: Steering | undefined;
  /** What the user sees is other than it was. */
  readonly changed: () => void;
  readonly leave: (how: "quit" | "interrupt") => void;
  /** Gives the terminal to somebody else for as long as `work` goes on. */
  readonly lend: (work: () => Promise<void>) => Promise<void>;
}

/** Does what keys ask for: what is shown, what is replayed, what is done in the lab. */
export class Controller {
  readonly #options: ControllerOptions;
  #ui: Ui = plainUi;
  /** What the question or the list on the screen is about. */
  #pending: (at: number) => void | Promise<void> = () => undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
  }

  get ui(): Ui {
    return this.#ui;
  }

  obey(command: Command): void {
    const { source, leave } = this.#options;
    switch (command.do) {
      case "interrupt":
      case "quit":
        leave(command.do);
        return;
      case "help":
        this.#show({ is: "help" });
        return;
      case "close":
        this.#show({ is: "nothing" });
        return;
      case "filter": {
        const next = FILTERS[(FILTERS.indexOf(this.#ui.filter) + 1) % FILTERS.length] ?? "all";
        this.#ui = { ...this.#ui, filter: next };
        return;
      }
      case "select":
        this.#move(command.by);
        return;
      case "select-at":
        this.#select(command.at);
        return;
      case "yes":
      case "choose":
        this.#decide();
        return;
      case "act":
      case "copy":
      case "scenario":
      case "shell":
      case "logs":
      case "save":
        this.#steer(command);
        return;
      default:
        source.obey(command);
    }
  }

  #steer(command: Extract<Command, { do: "act" | "copy" | "scenario" | "shell" | "logs" | "save" }>): void {
    const { steering, lend } = this.#options;
    const node = this.#options.source.state.run.nodes[this.#ui.selected]?.node;
    if (steering === undefined) return;
    if (command.do === "copy") {
      this.#choose("copy", steering.copies, (at) => {
        steering.startCopy(at);
      });
    } else if (command.do === "scenario") {
      this.#choose("run a scenario in this lab", steering.scenarios, (at) => steering.startScenario(at));
    } else if (command.do === "save") {
      this.#do(() => {
        this.#show({ is: "told", lines: steering.save() });
      });
    } else if (node === undefined) {
      this.#show({ is: "told", lines: ["the cluster has not said yet which nodes it has"] });
    } else if (command.do === "act") this.#act(command.action, node, steering);
    else if (command.do === "shell") this.#do(() => lend(() => steering.shell(node)));
    else {
      this.#do(async () => {
        const lines = await steering.logs(node);
        this.#show({ is: "log", title: `log of ${node}`, lines, back: 0 });
      });
    }
  }

  #act(action: NodeAction, node: string, steering: Steering): void {
    const act = () => steering.act(action, node);
    if (!isDestructive(action)) {
      this.#do(act);
      return;
    }
    this.#pending = act;
    const consequences = consequencesOf(this.#options.source.state, action, node);
    this.#show({ is: "confirm", title: `${action} ${node}`, consequences });
  }

  #choose(title: string, items: readonly string[], pending: (at: number) => void | Promise<void>): void {
    this.#pending = pending;
    this.#show({ is: "choose", title, items, at: 0 });
  }

  #decide(): void {
    const { overlay } = this.#ui;
    const at = overlay.is === "choose" ? overlay.at : 0;
    const pending = this.#pending;
    this.#show({ is: "nothing" });
    this.#do(() => pending(at));
  }

  #move(by: number): void {
    const { overlay } = this.#ui;
    if (overlay.is === "choose") {
      this.#show({ ...overlay, at: Math.max(0, Math.min(overlay.items.length - 1, overlay.at + by)) });
    } else if (overlay.is === "log") {
      this.#show({ ...overlay, back: Math.max(0, Math.min(overlay.lines.length - 1, overlay.back - by)) });
    } else this.#select(this.#ui.selected + by);
  }

  #select(at: number): void {
    const last = this.#options.source.state.run.nodes.length - 1;
    this.#ui = { ...this.#ui, selected: Math.max(0, Math.min(last, at)) };
  }

  #show(overlay: Overlay): void {
    this.#ui = { ...this.#ui, overlay };
    this.#options.changed();
  }

  /** What is refused or breaks is told, and ends nothing. */
  #do(work: () => void | Promise<void>): void {
    const tell = (error: unknown) => {
      const { message, hint } = failureOf(error);
      this.#show({ is: "told", lines: [message, ...(hint === undefined ? [] : [hint])] });
    };
    try {
      Promise.resolve(work()).catch(tell);
    } catch (error) {
      tell(error);
    }
  }
}
