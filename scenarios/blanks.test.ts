import { describe, expect, it } from "vitest";
import { spec } from "../lab/lab.fixture.js";
import { checkBlanks } from "./blanks.js";
import { fakeRun } from "./fake-lab.fixture.js";
import { runScenario } from "./run.js";

const copy = "  - copy: { id: dvd, from: laptop, to: dvd/new/dvd.iso, size: 1kB }\n";

/** The command that a machine is given for a text, in the block of a copy. */
async function filled(text: string): Promise<string | undefined> {
  const block = `    during:\n      - at: { copy: dvd, progress: 40% }\n        exec: { on: node2, run: "${text}" }\n`;
  const { parts, calls } = fakeRun(`steps:\n${copy}${block}`);
  await runScenario(parts);
  return calls.find((call) => call.startsWith("exec node2 "))?.slice("exec node2 ".length);
}

describe("what is put in a command", () => {
  it.each([
    ["ping ${node1.private} ${node2.public}", "ping 10.90.1.11 10.90.2.12"],
    ["ping ${laptop.public}", "ping 10.90.2.201"],
    ["echo ${serving(dvd)} ${dvd.address}", "echo node1 10.90.2.101"],
    ["stat ${dvd.path}", "stat /cluster/dvd/new/dvd.iso"],
    ["for i in 1 2; do echo $i $${i}; done", "for i in 1 2; do echo $i ${i}; done"],
  ])("%s is as it is at that moment", async (text, command) => {
    expect(await filled(text)).toBe(command);
  });

  it.each([
    ["${node3.public}", 'did you mean "${node1.public}"?'],
    ["${laptop.private}", "write $${laptop.private} where"],
    ["${serving(cd)}", 'did you mean "${serving(dvd)}"?'],
    ["${HOME}", "write $${HOME} where the shell's own is meant"],
  ])("%s is refused at validate", (text, says) => {
    const [complaint, ...more] = checkBlanks(text, ["run"], { spec, copies: ["dvd"], kernel: { netem: undefined } });
    expect(complaint).toMatchObject({ path: ["run"], code: "scenario/unknown-blank" });
    expect(complaint?.hint).toContain(says);
    expect(more).toEqual([]);
  });

  it("of a copy that is not connected is an error of the testbed", async () => {
    const { parts } = fakeRun("steps:\n  - exec: { on: node1, run: 'ping ${dvd.address}' }\n");
    const { outcome, reasons } = await runScenario(parts);
    expect(outcome).toBe("unknown");
    expect(reasons.join()).toContain("the client of dvd is not connected");
  });
});
