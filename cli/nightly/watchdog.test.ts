import { expect, it } from "vitest";
import { fakeClock, systemClock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { watched } from "./watchdog.js";

/** Work that only its signal ends. */
const hanging = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const onAbort = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
  });

it("ends a run that takes too long, as a failure of the testbed", async () => {
  const { signal } = new AbortController();
  const ended = watched({ clock: fakeClock(), signal }, 900_000, hanging);
  await expect(ended).rejects.toThrow(ToolError);
  await expect(ended).rejects.toThrow("the run was ended after 15 min 0 s");
});

it("lets a run end in its own time, and the user's wish to stop through", async () => {
  const user = new AbortController();
  const limits = { clock: systemClock, signal: user.signal };
  expect(await watched(limits, 900_000, () => Promise.resolve("done"))).toBe("done");
  const ended = watched(limits, 900_000, hanging);
  user.abort(new Error("enough"));
  await expect(ended).rejects.toThrow("enough");
});
