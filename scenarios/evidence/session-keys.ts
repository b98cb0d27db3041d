import { z } from "zod";

/** The keys of one encrypted session: by which of its two ends encrypts. */
export interface SessionKeys {
  readonly cipher: "aes-128-ccm" | "aes-128-gcm" | "aes-256-ccm" | "aes-256-gcm";
  readonly client: Buffer;
  readonly server: Buffer;
}

const hex = z
  .string()
  .regex(/^([0-9a-f]{32}|[0-9a-f]{64})$/)
  .transform((text) => Buffer.from(text, "hex"));

const line = z.object({
  sessionId: z.string().regex(/^[0-9a-f]{16}$/),
  cipher: z.enum(["aes-128-ccm", "aes-128-gcm", "aes-256-ccm", "aes-256-gcm"]),
  client: hex,
  server: hex,
});

/** Reads what the client left, by session id. A line that is not as agreed gives no key, and so no evidence. */
export function readSessionKeys(text: string): ReadonlyMap<bigint, SessionKeys> {
  const keys = new Map<bigint, SessionKeys>();
  for (const written of text.split("\n")) {
    const found = line.safeParse(parse(written));
    if (!found.success) continue;
    const { sessionId, ...rest } = found.data;
    keys.set(BigInt(`0x${sessionId}`), rest);
  }
  return keys;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
