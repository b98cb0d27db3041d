import { describe, expect, test } from "vitest";
import { fakeClock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import type { ExecResult, Remote } from "../../core/remote.js";
import { checkClock, checkHost } from "./host-checks.js";

/** A host that answers every command so. */
function host(answer: Partial<ExecResult> | (() => Partial<ExecResult>)): Remote {
  const never = () => Promise.reject(new Error("not asked for"));
  const exec = () =>
    Promise.resolve({ exit: 0, stdout: "", stderr: "", ...(typeof answer === "function" ? answer() : answer) });
  return { node: "pc", exec, start: never, put: never, get: never };
}

async function refusal(attempt: Promise<unknown>) {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ToolError);
  return (error as ToolError).failure;
}

const whole =
  "found Linux 6.12.0 x86_64\nfound Python 3.13.5\nfound python3-samba 4.22.11\nfound 10.77.2.201 on eth1\n";

describe("what a host needs", () => {
  test("is told in words when it is all there", async () => {
    const found = await checkHost(host({ stdout: whole }), ["10.77.2.201"], "pc");
    expect(found).toEqual(["Linux 6.12.0 x86_64", "Python 3.13.5", "python3-samba 4.22.11", "10.77.2.201 on eth1"]);
  });

  test.each([
    ["program tcpdump", "it has no program tcpdump", "apt-get install tcpdump"],
    ["module samba", "its python3 has no module samba", "apt-get install python3-samba"],
    ["address 10.77.2.9", "none of its interfaces has the address 10.77.2.9", "ip address add 10.77.2.9/<prefix>"],
    ["carrier eth1", "its interface eth1 has no carrier", "look at its cable"],
    ["root", "its user is not root", "docs/existing-hosts.md"],
    ["python 3.9 or later", "it has no python 3.9 or later", "docs/existing-hosts.md"],
  ])("is told when it lacks: %s", async (lack, message, hint) => {
    const failure = await refusal(checkHost(host({ stdout: `${whole}lacks ${lack}\n` }), [], "pc"));
    expect(failure).toMatchObject({ code: "host/lacks", message: `pc cannot be a client: ${message}` });
    expect(failure.hint).toContain(hint);
  });

  test("is told all at once", async () => {
    const stdout = `${whole}lacks program tcpdump\nlacks module samba\nlacks address 10.77.2.9\n`;
    const { message, hint } = await refusal(checkHost(host({ stdout }), [], "pc"));
    expect(message).toContain("no program tcpdump; its python3 has no module samba; none of its interfaces");
    expect(hint).toContain("apt-get install tcpdump python3-samba; give it the address");
  });

  test("includes a shell that runs commands, and as root", async () => {
    const said = { exit: 1, stderr: "sudo: a password is required\n" };
    expect(await refusal(checkHost(host(said), [], "pc"))).toMatchObject({
      code: "host/no-shell",
      stderrTail: said.stderr,
    });
    expect(await refusal(checkHost(host({ stdout: "This account is not available.\n" }), [], "pc"))).toMatchObject({
      code: "host/no-shell",
    });
  });
});

describe("a host's clock", () => {
  const ahead = (ms: number) => {
    const clock = fakeClock();
    return checkClock(
      host(() => ({ stdout: `${((clock.now() + ms) / 1000).toFixed(9)}\n` })),
      clock,
      "pc",
    );
  };

  test("may be a little apart", async () => {
    await expect(ahead(-90)).resolves.toBeUndefined();
    await expect(ahead(90)).resolves.toBeUndefined();
  });

  test("is refused when it is further away", async () => {
    expect(await refusal(ahead(2300))).toMatchObject({
      code: "host/clock",
      message: expect.stringContaining("pc is 2.3 s ahead") as string,
    });
    expect((await refusal(ahead(-400))).message).toContain("0.4 s behind");
  });

  test("is refused when it does not say the time", async () => {
    const attempt = checkClock(host({ stdout: "date: invalid\n" }), fakeClock(), "pc");
    expect((await refusal(attempt)).message).toContain("tells no time");
  });
});
