import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { execa } from "execa";
import { deadline } from "../../core/clock.js";
import type { Outcome } from "../../core/event.js";
import type { Night } from "../../nightly/history/read.js";
import { isChanged, isTrouble } from "../../nightly/judge/judge.js";
import type { NightlyFile } from "../../nightly/schema.js";
import type { CliContext } from "../context.js";

export type Notification = NonNullable<NightlyFile["notify"]>[number];

const PATIENCE_MS = 30_000;

export interface Told {
  readonly name: string;
  readonly night: Night;
  readonly outcome: Outcome;
  readonly text: string;
  /** What paths of secrets start from. */
  readonly folder: string;
}

/** Tells those who want to know. Whoever cannot be told is named on standard error: the night itself stands. */
export async function notify(context: CliContext, all: readonly Notification[], told: Told): Promise<void> {
  const cells = told.night.finished?.judgement.cells ?? [];
  const trouble = told.outcome !== "pass";
  const changed = trouble || cells.some((cell) => isChanged(cell) || isTrouble(cell));
  for (const one of all) {
    if (one.when === "trouble" && !trouble) continue;
    if (one.when === "changes" && !changed) continue;
    try {
      await send(one, context, told);
    } catch (error) {
      // No address of a webhook, nor what it answers, may come up here: it may hold a secret.
      const why = "webhook" in one ? "it could not be reached or refused" : messageOf(error);
      context.err.write(`nobody was told by ${nameOf(one)}: ${why}\n`);
    }
  }
}

async function send(
  one: Notification,
  { env }: CliContext,
  { name, night, outcome, text, folder }: Told,
): Promise<void> {
  const cancelSignal = deadline(PATIENCE_MS);
  if ("command" in one) {
    const [program = "", ...rest] = one.command;
    await execa(program, rest, {
      ...{ input: text, cancelSignal, cwd: folder },
      env: { PLUGFEST_NIGHT: night.started.night, PLUGFEST_NIGHTLY: name, PLUGFEST_OUTCOME: outcome },
    });
  } else if ("mail" in one) {
    const [program = "", ...rest] = one.by;
    const subject = `plugfest nightly ${name}: ${outcome}`;
    const input = `To: ${one.mail}\nSubject: ${subject}\nContent-Type: text/plain; charset=utf-8\n\n${text}`;
    await execa(program, rest, { input, cancelSignal, cwd: folder });
  } else {
    const { webhook } = one;
    const url = "env" in webhook ? env[webhook.env] : readFileSync(resolve(folder, webhook.file), "utf8").trim();
    if (url === undefined || url === "") throw new Error("no address");
    const body = JSON.stringify({ text, nightly: name, night: night.started.night, outcome });
    const answer = await fetch(url, {
      ...{ method: "POST", body, signal: cancelSignal, redirect: "error" },
      headers: { "content-type": "application/json" },
    });
    if (!answer.ok) throw new Error(String(answer.status));
  }
}

function nameOf(one: Notification): string {
  if ("command" in one) return `the command ${one.command[0] ?? ""}`;
  if ("mail" in one) return `mail to ${one.mail}`;
  return "env" in one.webhook ? `the webhook of ${one.webhook.env}` : `the webhook in ${one.webhook.file}`;
}

const messageOf = (error: unknown) => (error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
