import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { systemClock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { poll } from "../../core/poll.js";
import type { Remote } from "../../core/remote.js";

/** The code of the ToolError that an attempt ends with, which has a hint. */
export async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ToolError);
  const { failure } = error as ToolError;
  expect(failure.hint).toBeTruthy();
  return failure.code;
}

/** What every channel to a machine must do, be the machine plugfest's own or not; `start` gives one to a machine that runs. */
export function remoteContract(start: () => Promise<Remote>): void {
  test("a command's output and exit code come back", async () => {
    const remote = await start();
    expect(await remote.exec(["echo", "one", "two"])).toEqual({ exit: 0, stdout: "one two\n", stderr: "" });
    expect((await remote.exec(["false"])).exit).toBe(1);
    expect((await remote.exec(["cat", "/absent"])).stderr).toContain("No such file or directory");
    // Engines differ in whether they call it not found or not to be run.
    expect([126, 127]).toContain((await remote.exec(["no-such-program"])).exit);
  });

  test("input and environment go in", async () => {
    const remote = await start();
    expect((await remote.exec(["cat"], { input: "through\n" })).stdout).toBe("through\n");
    expect((await remote.exec(["printenv", "COLOUR"], { env: { COLOUR: "blue" } })).stdout).toBe("blue\n");
  });

  test("files can be written later, and an absent one is undefined", async () => {
    const remote = await start();
    await remote.put([{ path: "/etc/plugfest/later", content: Buffer.from([0, 255]), mode: 0o600 }]);
    expect(await remote.get("/etc/plugfest/later")).toEqual(Buffer.from([0, 255]));
    expect(await remote.get("/etc/plugfest/never")).toBeUndefined();
  });

  test("a command that does not end in its time is an error", async () => {
    const remote = await start();
    expect(await refusal(remote.exec(["sleep", "600"], { timeoutMs: 300 }))).toBe("remote/timeout");
  });

  test("a command leaves nothing behind on a signal that goes on", async () => {
    const remote = await start();
    const { signal } = new AbortController();
    await remote.exec(["true"], { signal, timeoutMs: 60_000 });
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  test("a program streams, and ends when its input does", async () => {
    const remote = await start();
    let seen = "";
    let heard: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (heard = resolve));
    const program = await remote.start(["cat"], {
      onStdout: (chunk) => {
        seen += chunk.toString();
        heard();
      },
    });
    program.write("one\n");
    await first;
    program.write("two\n");
    program.release();
    expect(await program.exited).toBe(0);
    expect(seen).toBe("one\ntwo\n");
  });

  test("a program that is given up ends, though nobody waits for that", async () => {
    const remote = await start();
    const giveUp = new AbortController();
    const { signal } = giveUp;
    let heard: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (heard = resolve));
    const program = await remote.start(["cat"], {
      signal,
      onStdout: () => {
        heard();
      },
    });
    program.write("one\n");
    await begun;
    giveUp.abort(new Error("given up"));
    await expect(program.exited).rejects.toThrow("given up");
    const gone = async () => (await remote.exec(["pgrep", "-x", "cat"])).exit !== 0 || undefined;
    expect(await poll(gone, { clock: systemClock, everyMs: 100, withinMs: 30_000 })).toBe(true);
    await expect(remote.start(["cat"], { signal, onStdout: () => undefined })).rejects.toThrow("given up");
  });
}
