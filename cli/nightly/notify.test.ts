import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { nightStarted } from "../../nightly/history/history.fixture.js";
import type { Notification } from "./notify.js";
import { notify } from "./notify.js";
import type { CliContext } from "../context.js";

/** Tells of a night by each of them; gives what came on standard error. */
async function tell(all: readonly Notification[], outcome: "pass" | "fail", env: NodeJS.ProcessEnv = {}) {
  const folder = mkdtempSync(join(tmpdir(), "plugfest-notify-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, "hook.txt"), `${env["HOOK"] ?? ""}\n`);
  let err = "";
  const context = { env, err: { write: (text: string) => (err += text) } } as unknown as CliContext;
  const night = { started: nightStarted("2026-11-07T02-00-00Z"), runs: [], finished: undefined };
  await notify(context, all, { name: "failover", night, outcome, text: "the summary\n", folder });
  const written = (name: string) => readFileSync(join(folder, name), "utf8");
  return { err, written };
}

/** A server that keeps what it is sent, and answers with a status. */
async function hook(status: number) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      bodies.push(body);
      response.writeHead(status).end("secret-answer");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  return { bodies, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/secret-path` };
}

it("hands the summary to a command and to the mail command", async () => {
  const { err, written } = await tell(
    [
      {
        command: ["sh", "-c", 'cat > told.txt; echo "$PLUGFEST_NIGHTLY $PLUGFEST_OUTCOME" >> told.txt'],
        when: "always",
      },
      { mail: "lab@example.org", by: ["sh", "-c", "cat > mail.txt"], when: "trouble" },
    ],
    "fail",
  );
  expect(err).toBe("");
  expect(written("told.txt")).toBe("the summary\nfailover fail\n");
  expect(written("mail.txt")).toMatch(
    /^To: lab@example\.org\nSubject: plugfest nightly failover: fail\n[^]*\n\nthe summary/,
  );
});

it("posts to webhooks whose address comes from the environment or a file", async () => {
  const { bodies, url } = await hook(200);
  const all: readonly Notification[] = [
    { webhook: { env: "HOOK" }, when: "always" },
    { webhook: { file: "hook.txt" }, when: "always" },
  ];
  expect((await tell(all, "pass", { HOOK: url })).err).toBe("");
  expect(bodies.map((body) => JSON.parse(body) as unknown)).toEqual(
    all.map(() => ({ text: "the summary\n", nightly: "failover", night: "2026-11-07T02-00-00Z", outcome: "pass" })),
  );
});

it("names who could not be told, and no secret", async () => {
  const { url } = await hook(500);
  const all: readonly Notification[] = [
    { webhook: { env: "HOOK" }, when: "always" },
    { webhook: { env: "MISSING" }, when: "always" },
    { command: ["false"], when: "always" },
  ];
  const { err } = await tell(all, "pass", { HOOK: url });
  expect(err).toContain("nobody was told by the webhook of HOOK: it could not be reached or refused");
  expect(err).toContain("nobody was told by the webhook of MISSING");
  expect(err).toContain("nobody was told by the command false");
  expect(err).not.toContain("secret");
});

it("keeps quiet where nothing is to be told", async () => {
  const quiet: readonly Notification[] = [
    { command: ["false"], when: "changes" },
    { command: ["false"], when: "trouble" },
  ];
  expect((await tell(quiet, "pass")).err).toBe("");
});
