/** The other screen of a terminal (xterm's private modes 1049 and 25): what stood there before comes back. */
const ENTER = "\u001B[?1049h\u001B[H\u001B[2J\u001B[?25l";
const LEAVE = "\u001B[?25h\u001B[?1049l";
const CLEAR = "\u001B[H\u001B[2J";

export interface Terminal {
  /** After a change of size, or when another program has written: nothing that stands there is ours any more. */
  clear(): void;
  /** Gives the terminal back, and takes it again: for a shell in between. */
  leave(): void;
  enter(): void;
}

/**
 * Takes the terminal for as long as `work` goes on. It is given back however that ends: by returning, by throwing, by a
 * signal that ends the process (`atExit` says what is done then).
 */
export async function withTerminal<T>(
  out: NodeJS.WriteStream,
  atExit: (work: () => void) => () => void,
  work: (terminal: Terminal) => Promise<T>,
): Promise<T> {
  let taken = false;
  const enter = () => {
    if (!taken) out.write(ENTER);
    taken = true;
  };
  const leave = () => {
    if (taken) out.write(LEAVE);
    taken = false;
  };
  const forget = atExit(leave);
  enter();
  try {
    return await work({ clear: () => out.write(CLEAR), leave, enter });
  } finally {
    forget();
    leave();
  }
}
