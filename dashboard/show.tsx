import { render, useInput } from "ink";
import type { Instance } from "ink";
import type { ReactNode } from "react";
import type { Clock } from "../core/clock.js";
import { commandOf, keyNames } from "./keys.js";
import { Controller } from "./controller.js";
import type { Picture } from "./picture.js";
import type { Source } from "./source/source.js";
import type { Screen } from "./screen.js";
import { screenOn } from "./screen.js";
import type { Steering } from "./steering.js";
import type { Terminal } from "./terminal.js";
import { withTerminal } from "./terminal.js";
import type { Theme } from "./theme.js";
import { Dashboard } from "./views/dashboard.js";
import { Spoken } from "./views/spoken.js";

/** Between two frames, at least: ten a second. */
const FRAME_MS = 100;
/** Drawing takes at most this share of the time: on a slow machine there are fewer frames. */
const SHARE = 0.06;
/** Times on the screen go on even when nothing happens; whoever is read to is not told of that. */
const TICK_MS = { seen: 1000, spoken: 20_000 };

export interface ShowOptions {
  readonly source: Source;
  /** What keys can do in the lab; left out where a run is only watched. */
  readonly steering?: Steering;
  readonly input: NodeJS.ReadStream;
  readonly out: NodeJS.WriteStream;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly theme: Theme;
  readonly atExit: (work: () => void) => () => void;
  /** For a screen reader: events as they come, in words, and no picture. */
  readonly spoken: boolean;
  /** What Ctrl-C does: a raw terminal sends no signal by it. */
  readonly interrupt: () => void;
}

/** Shows a source on a terminal until the user leaves, or the signal aborts. */
export async function showDashboard(options: ShowOptions): Promise<void> {
  const { out, atExit, interrupt, spoken } = options;
  const sit = (terminal: Terminal | undefined) => new Session(options, terminal).run();
  const { interrupted } = spoken ? await sit(undefined) : await withTerminal(out, atExit, sit);
  // Only now is there a screen again to say on what comes of it.
  if (interrupted) interrupt();
}

/** One sitting before the dashboard: what the user has chosen, and the loop that draws. */
class Session {
  readonly #options: ShowOptions;
  readonly #terminal: Terminal | undefined;
  #over = false;
  readonly #controller: Controller;
  readonly #screen: Screen;
  #ink: Instance | undefined;
  #wake: AbortController = new AbortController();
  #changed = true;
  #resized = false;
  #lent = false;
  #broken: Error | undefined;
  #interrupted = false;
  /** The newest line of the events that was drawn. */
  #toldSeq = -1;

  constructor(options: ShowOptions, terminal: Terminal | undefined) {
    this.#options = options;
    this.#terminal = terminal;
    this.#screen = screenOn(options.out);
    this.#controller = new Controller({
      ...{ source: options.source, steering: options.steering },
      changed: () => {
        this.#update();
      },
      leave: (how) => {
        this.#interrupted = how === "interrupt";
        this.#close();
      },
      lend: (work) => this.#lend(work),
    });
  }

  async run(): Promise<{ readonly interrupted: boolean }> {
    const { out, signal } = this.#options;
    const onResize = () => {
      this.#resized = true;
      this.#update();
    };
    const onAbort = () => {
      this.#close();
    };
    out.on("resize", onResize);
    signal.addEventListener("abort", onAbort);
    try {
      if (!signal.aborted) await this.#loop();
    } finally {
      out.off("resize", onResize);
      signal.removeEventListener("abort", onAbort);
      this.#ink?.unmount();
    }
    if (this.#broken !== undefined) throw this.#broken;
    return { interrupted: this.#interrupted };
  }

  async #loop(): Promise<void> {
    const { clock, source, spoken } = this.#options;
    const tickMs = spoken ? TICK_MS.spoken : TICK_MS.seen;
    let drawnMs = -Infinity;
    while (!this.#over) {
      if (source.poll() && (!spoken || this.#hasNews())) this.#changed = true;
      const beganMs = clock.now();
      if (!this.#lent && (this.#changed || beganMs - drawnMs >= tickMs)) {
        this.#draw();
        this.#changed = false;
        drawnMs = beganMs;
      }
      const tookMs = clock.now() - beganMs;
      this.#wake = new AbortController();
      await clock.sleep(Math.max(FRAME_MS, tookMs / SHARE), this.#wake.signal).catch(() => undefined);
    }
  }

  #hasNews(): boolean {
    const newest = this.#options.source.state.tail.at(-1)?.seq ?? -1;
    const news = newest !== this.#toldSeq;
    this.#toldSeq = newest;
    return news;
  }

  #draw(): void {
    if (this.#resized) {
      this.#terminal?.clear();
      this.#screen.forget();
    }
    this.#resized = false;
    const { spoken } = this.#options;
    const frame = <Frame picture={this.#picture()} spoken={spoken} onKey={this.#onKey} />;
    if (this.#ink !== undefined) {
      this.#ink.rerender(frame);
      return;
    }
    const { out, input } = this.#options;
    this.#ink = render(frame, {
      ...{ stdin: input, exitOnCtrlC: false, patchConsole: false, isScreenReaderEnabled: spoken },
      // With `debug` ink gives whole frames at once, and leaves it to the screen what to do with them.
      ...(spoken ? { stdout: out } : { stdout: this.#screen.stream, debug: true }),
    });
    this.#ink.waitUntilExit().catch((error: unknown) => {
      this.#broken = error instanceof Error ? error : new Error(String(error));
      this.#close();
    });
  }

  #picture(): Picture {
    const { source, theme, out } = this.#options;
    return {
      ...{ state: source.state, nowMs: source.nowMs(), feed: source.feed(), mode: source.mode },
      ...{ ui: this.#controller.ui, theme, size: { columns: out.columns || 80, rows: out.rows || 24 } },
    };
  }

  readonly #onKey = (name: string): void => {
    const { source } = this.#options;
    const command = commandOf(name, source.mode, this.#controller.ui.overlay.is);
    if (command === undefined) return;
    this.#controller.obey(command);
    this.#update();
  };

  /** Somebody else has the terminal until `work` is over; then everything is drawn anew. */
  async #lend(work: () => Promise<void>): Promise<void> {
    if (this.#terminal === undefined) return;
    this.#lent = true;
    this.#ink?.unmount();
    this.#ink = undefined;
    this.#terminal.leave();
    try {
      await work();
    } finally {
      this.#terminal.enter();
      this.#screen.forget();
      this.#lent = false;
      this.#update();
    }
  }

  /** Draws at once. */
  #update(): void {
    this.#changed = true;
    this.#wake.abort();
  }

  #close(): void {
    this.#over = true;
    this.#wake.abort();
  }
}

interface FrameProps {
  readonly picture: Picture;
  readonly spoken: boolean;
  readonly onKey: (name: string) => void;
}

function Frame({ picture, spoken, onKey }: FrameProps): ReactNode {
  useInput((input, key) => {
    for (const name of keyNames(input, key)) onKey(name);
  });
  return spoken ? <Spoken picture={picture} /> : <Dashboard picture={picture} />;
}
