import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { fakeClock } from "../core/clock.js";
import { watchInterrupts } from "./signals.js";

/** A process that is sent signals, and what it said and ended with. */
function fakeProcess() {
  const said: string[] = [];
  const exits: (number | undefined)[] = [];
  const host = Object.assign(new EventEmitter(), {
    stderr: { write: (text: string) => said.push(text) },
    exit: (code?: number) => exits.push(code),
  });
  const clock = fakeClock(5_000);
  return { host, clock, said, exits, interrupts: watchInterrupts(host as unknown as NodeJS.Process, clock) };
}

describe("Ctrl-C", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"])("as %s aborts the work once, and says that it cleans up", (name) => {
    const { host, said, exits, interrupts } = fakeProcess();
    host.emit(name, name);
    expect(interrupts.signal.reason).toMatchObject({ name: "InterruptedError", message: `interrupted by ${name}` });
    expect(said.join("")).toContain("cleaning up");
    expect(exits).toEqual([]);
  });

  it("that npm and the shell both pass on is one wish", () => {
    const { host, clock, exits } = fakeProcess();
    host.emit("SIGINT", "SIGINT");
    clock.advance(400);
    host.emit("SIGINT", "SIGINT");
    expect(exits).toEqual([]);
  });

  it("a second time ends the process with 130, and says what cleans up later", () => {
    const { host, clock, said, exits, interrupts } = fakeProcess();
    interrupts.setAdvice("plugfest down redmond");
    host.emit("SIGINT", "SIGINT");
    clock.advance(600);
    host.emit("SIGTERM", "SIGTERM");
    expect(exits).toEqual([130]);
    expect(said.at(-1)).toContain("plugfest down redmond");
  });

  it("that never comes aborts nothing", () => {
    expect(fakeProcess().interrupts.signal.aborted).toBe(false);
  });
});
