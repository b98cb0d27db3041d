import { z } from "zod";
import type { EventBody, Granted, ReadBackFrom, TransferResult, TransferVerb } from "../core/event.js";
import { ToolError } from "../core/errors.js";

/**
 * What client programs print, line by line (images/program/plugfest_smb3 and plugfest_cifs say it exactly). Every line is checked
 * on its way in: a client that speaks otherwise than agreed gives no evidence, and must not look as if it did.
 */
const granted = z.object({
  durable: z.boolean(),
  persistent: z.boolean(),
  timeoutMs: z.number(),
  lease: z.string().nullable(),
  oplock: z.string().nullable(),
});

const at = { t: z.number() };

export const lockAnswer = z.object({ offset: z.number(), length: z.number(), status: z.string() });

const line = z.discriminatedUnion("ev", [
  z.object({
    ...at,
    ev: z.literal("connected"),
    address: z.string(),
    port: z.number(),
    dialect: z.string(),
    signing: z.string(),
    encryption: z.string().nullish(),
    kernel: z.string().optional(),
  }),
  z.object({ ...at, ev: z.literal("opened"), path: z.string(), fileId: z.string(), granted: granted.optional() }),
  z.object({ ...at, ev: z.literal("kernel"), level: z.number(), text: z.string() }),
  z.object({
    ...at,
    ev: z.literal("state"),
    tcp: z.string(),
    instance: z.number(),
    session: z.string(),
    share: z.string(),
    sessionReconnects: z.number().optional(),
    shareReconnects: z.number().optional(),
    fileId: z.string(),
  }),
  z.object({ ...at, ev: z.literal("progress"), acked: z.number(), sent: z.number(), longestGapMs: z.number() }),
  z.object({ ...at, ev: z.literal("mark"), id: z.string(), at: z.number(), acked: z.number() }),
  z.object({
    ...at,
    ev: z.literal("lost"),
    address: z.string(),
    reason: z.string(),
    unacked: z.number(),
    acked: z.number(),
  }),
  z.object({ ...at, ev: z.literal("attempt"), address: z.string(), stage: z.string(), error: z.string() }),
  z.object({ ...at, ev: z.literal("session"), address: z.string(), port: z.number() }),
  z.object({
    ...at,
    ev: z.literal("channel"),
    what: z.enum(["opened", "lost"]),
    address: z.string(),
    port: z.number(),
    left: z.number(),
    reason: z.string().default(""),
  }),
  z.object({
    ...at,
    ev: z.literal("witness"),
    what: z.enum(["registered", "notified", "failed"]),
    address: z.string(),
    witness: z.string(),
    kind: z.string(),
    to: z.array(z.string()),
    error: z.string(),
  }),
  z.object({
    ...at,
    ev: z.literal("reclaim"),
    address: z.string(),
    ok: z.boolean(),
    how: z.string().nullable(),
    status: z.string(),
    attempts: z.number(),
    fileId: z.string().optional(),
    granted: granted.optional(),
    path: z.string().optional(),
  }),
  z.object({
    ...at,
    ev: z.literal("reopened"),
    address: z.string(),
    reason: z.string(),
    granted,
    path: z.string().optional(),
  }),
  z.object({
    ...at,
    ev: z.literal("beside"),
    address: z.string(),
    path: z.string(),
    what: z.string(),
    status: z.string(),
  }),
  z.object({ ...at, ev: z.literal("break"), kind: z.enum(["lease", "oplock"]), to: z.string() }),
  z.object({ ...at, ev: z.literal("replayed"), writes: z.number(), bytes: z.number() }),
  z.object({ ...at, ev: z.literal("resumed"), address: z.string(), acked: z.number(), gapMs: z.number() }),
  z.object({ ...at, ev: z.literal("idle"), locks: z.number() }),
  z.object({ ...at, ev: z.literal("held") }),
  z.object({ ...at, ev: z.literal("unlocked"), locks: z.array(lockAnswer) }),
  z.object({
    ...at,
    ev: z.literal("result"),
    bytes: z.number(),
    seconds: z.number(),
    /** How long hashing went on after the file was closed: the copy itself was over that much earlier. */
    hashMs: z.number().optional(),
    md5: z.string().nullish(),
    sha256: z.string().nullish(),
    mismatch: z.object({ offset: z.number(), class: z.string(), detail: z.string() }).nullable(),
    bad: z.array(z.object({ from: z.number(), to: z.number(), class: z.string() })).optional(),
    gaps: z.array(z.object({ t: z.number(), ms: z.number(), acked: z.number() })),
  }),
  z.object({ ...at, ev: z.literal("error"), stage: z.string(), status: z.string().nullable(), message: z.string() }),
]);

/** Said by the client and of no consequence here. */
const IGNORED = new Set(["flushed", "closed", "attempts", "aborted"]);

export interface Speaker {
  readonly copy: string;
  readonly verb: TransferVerb;
  readonly from?: ReadBackFrom;
}

/** Events that a line of the client stands for: none or one. Throws a ToolError for a line that is not as agreed. */
export function eventOf(text: string, { copy, verb, from }: Speaker): EventBody | undefined {
  const said = parse(text);
  if (said === undefined) return undefined;
  const clientMs = said.t * 1000;
  const place = from === undefined ? {} : { from };
  switch (said.ev) {
    case "connected": {
      const { address, port, dialect, signing, encryption, kernel } = said;
      const encrypted = encryption == null ? {} : { encryption };
      const by = kernel === undefined ? {} : { kernel };
      return { type: "copy.connected", copy, clientMs, address, port, dialect, signing, ...encrypted, ...by };
    }
    case "opened": {
      const has = said.granted === undefined ? {} : { granted: grantedOf(said.granted) };
      return { type: "copy.opened", copy, clientMs, path: said.path, fileId: said.fileId, ...has };
    }
    case "kernel":
      return { type: "copy.kernel", copy, clientMs, level: said.level, text: said.text };
    case "state": {
      const { tcp, instance, session, share, sessionReconnects, shareReconnects, fileId } = said;
      const counts =
        sessionReconnects === undefined ? {} : { sessionReconnects, shareReconnects: shareReconnects ?? 0 };
      return { type: "copy.mount", copy, clientMs, tcp, instance, session, share, ...counts, fileId };
    }
    case "progress":
      return {
        type: "copy.progress",
        copy,
        clientMs,
        acked: said.acked,
        sent: said.sent,
        longestGapMs: said.longestGapMs,
      };
    case "mark":
      return { type: "copy.mark", copy, clientMs, id: said.id, atByte: said.at, acked: said.acked };
    case "lost": {
      const { address, reason, unacked, acked } = said;
      return { type: "copy.lost", copy, clientMs, address, reason, unacked, acked, verb };
    }
    case "attempt":
      return { type: "copy.attempt", copy, clientMs, address: said.address, stage: said.stage, error: said.error };
    case "session":
      return { type: "copy.session", copy, clientMs, address: said.address, port: said.port };
    case "channel": {
      const { what, address, port, left, reason } = said;
      return { type: "copy.channel", copy, clientMs, what, address, port, left, reason };
    }
    case "witness": {
      const { what, address, witness, kind, to, error } = said;
      return { type: "copy.witness", copy, clientMs, what, address, witness, kind, to, error };
    }
    case "reclaim": {
      const { address, ok, how, status, attempts } = said;
      const has = {
        ...named(said),
        ...(said.granted === undefined ? {} : { granted: grantedOf(said.granted) }),
        ...(said.fileId === undefined ? {} : { fileId: said.fileId }),
      };
      return { type: "copy.reclaim", copy, clientMs, address, ok, how: how ?? "", status, attempts, ...has };
    }
    case "reopened":
      return {
        type: "copy.reopened",
        copy,
        clientMs,
        address: said.address,
        reason: said.reason,
        granted: grantedOf(said.granted),
        ...named(said),
      };
    case "break":
      return { type: "copy.break", copy, clientMs, kind: said.kind, to: said.to };
    case "beside": {
      const { address, path, what, status } = said;
      return { type: "copy.beside", copy, clientMs, address, path, what, status };
    }
    case "replayed":
      return { type: "copy.replayed", copy, clientMs, writes: said.writes, bytes: said.bytes, verb };
    case "resumed": {
      const { address, acked, gapMs } = said;
      return { type: "copy.resumed", copy, clientMs, address, acked, gapMs, verb };
    }
    case "idle":
      return { type: "copy.idle", copy, clientMs, locks: said.locks };
    case "held":
      return { type: "copy.held", copy, clientMs };
    case "unlocked":
      return { type: "copy.unlocked", copy, clientMs, locks: said.locks };
    case "result":
      return {
        type: "copy.finished",
        copy,
        clientMs: clientMs - (said.hashMs ?? 0),
        verb,
        ...place,
        result: resultOf(said),
      };
    case "error": {
      const { stage, status, message } = said;
      return { type: "copy.failed", copy, clientMs, verb, ...place, stage, status: status ?? "", message };
    }
  }
}

function named({ path }: { readonly path?: string | undefined }): { path?: string } {
  return path === undefined ? {} : { path };
}

function parse(text: string): z.infer<typeof line> | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw unexpected(text, cause);
  }
  if (json !== null && typeof json === "object" && "ev" in json && IGNORED.has(String(json.ev))) return undefined;
  const parsed = line.safeParse(json);
  if (!parsed.success) throw unexpected(text, parsed.error);
  return parsed.data;
}

function unexpected(text: string, cause: unknown): ToolError {
  return new ToolError(
    {
      code: "client/unexpected-output",
      message: `the client printed what plugfest does not understand: ${text.slice(0, 200)}`,
      hint: "the client image and plugfest are of different versions: run `plugfest images prune`, then try again",
    },
    { cause },
  );
}

function grantedOf({ durable, persistent, timeoutMs, lease, oplock }: z.infer<typeof granted>): Granted {
  return { durable, persistent, timeoutMs, lease: lease ?? "", oplock: oplock ?? "" };
}

function resultOf(said: Extract<z.infer<typeof line>, { ev: "result" }>): TransferResult {
  return {
    bytes: said.bytes,
    seconds: said.seconds,
    md5: said.md5 ?? null,
    sha256: said.sha256 ?? null,
    mismatch: said.mismatch,
    ...(said.bad === undefined ? {} : { bad: said.bad }),
    gaps: said.gaps.map(({ t, ms, acked }) => ({ startMs: t * 1000, ms, acked })),
  };
}
