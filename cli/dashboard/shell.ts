import type { Remote } from "../../core/remote.js";
import type { CliContext } from "../context.js";

/**
 * A shell on a machine, on this terminal. The machine's own `script` gives it a terminal to run on, so that no more is
 * asked of the channel than to carry bytes; its standard input is a leash, so that the shell ends with us.
 */
export async function shellOn(remote: Remote, { input, out, env }: CliContext): Promise<void> {
  const size = `stty rows ${String(out.rows)} cols ${String(out.columns)}`;
  out.write(`shell on ${remote.node}; exit or Ctrl-D comes back to the dashboard\n`);
  const shell = await remote.start(["script", "-qfc", `${size}; exec bash -il`, "/dev/null"], {
    onStdout: (chunk) => out.write(chunk),
    onStderr: (chunk) => out.write(chunk),
    env: { TERM: env["TERM"] ?? "xterm" },
  });
  const onData = (chunk: Buffer | string) => {
    shell.write(chunk.toString());
  };
  input.setRawMode(true);
  input.ref();
  input.on("data", onData);
  input.resume();
  try {
    await shell.exited;
  } finally {
    // Not paused: Node stops reading only some time after that, and so would under the dashboard, which reads again.
    input.off("data", onData);
    input.setRawMode(false);
    input.unref();
    shell.release();
  }
}
