import type { SmbMessage } from "./smb-message.js";

/** What the two ends agreed on ([MS-SMB2] 2.2.4); null where the answer names no algorithm. */
export interface NegotiateResponse {
  readonly signing: string | null;
  readonly cipher: string | null;
}

const SIGNING = ["hmac-sha256", "aes-cmac", "aes-gmac"];
const CIPHERS = ["none", "aes-128-ccm", "aes-128-gcm", "aes-256-ccm", "aes-256-gcm"];
const ENCRYPTION_CAPABILITIES = 0x0002;
const SIGNING_CAPABILITIES = 0x0008;
const BODY = 64;

/** Reads the negotiate contexts of an SMB 3.1.1 answer. Undefined when too little of the message was captured. */
export function readNegotiateResponse({ bytes }: SmbMessage): NegotiateResponse | undefined {
  if (bytes.length < BODY + 64) return undefined;
  const count = bytes.readUInt16LE(BODY + 6);
  let at = bytes.readUInt32LE(BODY + 60);
  let agreed: NegotiateResponse = { signing: null, cipher: null };
  for (let index = 0; index < count; index += 1) {
    if (at + 8 > bytes.length) return undefined;
    const kind = bytes.readUInt16LE(at);
    const length = bytes.readUInt16LE(at + 2);
    if (at + 8 + length > bytes.length) return undefined;
    // Both begin with a count, which is 1 in an answer, and the id.
    const id = length >= 4 ? bytes.readUInt16LE(at + 10) : -1;
    if (kind === SIGNING_CAPABILITIES) agreed = { ...agreed, signing: SIGNING[id] ?? null };
    if (kind === ENCRYPTION_CAPABILITIES) agreed = { ...agreed, cipher: CIPHERS[id] ?? null };
    at += 8 + length + (-length & 7);
  }
  return agreed;
}
