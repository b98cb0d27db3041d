import { createDecipheriv } from "node:crypto";
import type { CipherCCMTypes, CipherGCMTypes } from "node:crypto";
import type { SessionKeys } from "./session-keys.js";
import { COMMAND, readChain } from "./smb-message.js";
import type { EncryptedMessage, SmbMessage } from "./smb-message.js";

/** The transform header ([MS-SMB2] 2.2.41): what is authenticated of it begins with the nonce. */
const HEADER = 52;
const TAG = 4;
const NONCE = 20;
const SESSION = 44;
const TAG_BYTES = 16;

/**
 * Decrypts messages of sessions whose keys are known. A message that was captured whole is authenticated first: who
 * has not the keys cannot have made it. Of one that was cut off only a WRITE or READ is given, for that is what is cut
 * off. Undefined for whatever cannot be read.
 */
export function openMessage(
  message: EncryptedMessage,
  by: "client" | "server",
  keys: ReadonlyMap<bigint, SessionKeys>,
): SmbMessage[] | undefined {
  const { bytes, length } = message;
  if (bytes.length < HEADER) return undefined;
  const session = keys.get(bytes.readBigUInt64LE(SESSION));
  if (session === undefined) return undefined;
  const whole = bytes.length === length;
  const plain = whole ? authenticated(bytes, session, by) : begin(bytes, session, by);
  if (plain === undefined) return undefined;
  const found: SmbMessage[] = [];
  readChain(plain, found);
  const bulk = ({ command }: SmbMessage) => command === COMMAND.write || command === COMMAND.read;
  return found.length > 0 && (whole || found.every(bulk)) ? found : undefined;
}

function authenticated(bytes: Buffer, { cipher, ...keys }: SessionKeys, by: "client" | "server"): Buffer | undefined {
  const ccm = cipher.endsWith("ccm");
  const nonce = bytes.subarray(NONCE, NONCE + (ccm ? 11 : 12));
  const text = bytes.subarray(HEADER);
  try {
    const open = ccm
      ? createDecipheriv(cipher as CipherCCMTypes, keys[by], nonce, { authTagLength: TAG_BYTES })
      : createDecipheriv(cipher as CipherGCMTypes, keys[by], nonce);
    open.setAuthTag(bytes.subarray(TAG, TAG + TAG_BYTES));
    open.setAAD(bytes.subarray(NONCE, HEADER), { plaintextLength: text.length });
    return Buffer.concat([open.update(text), open.final()]);
  } catch {
    return undefined;
  }
}

/** Both modes encrypt by AES-CTR, so the beginning of a message can be read without its end, if not authenticated. */
function begin(bytes: Buffer, { cipher, ...keys }: SessionKeys, by: "client" | "server"): Buffer {
  const counter = Buffer.alloc(16);
  if (cipher.endsWith("ccm")) {
    // RFC 3610: L - 1, the nonce, and a counter of L bytes, of which 0 is for the tag.
    counter.writeUInt8(3, 0);
    bytes.copy(counter, 1, NONCE, NONCE + 11);
    counter.writeUInt8(1, 15);
  } else {
    // NIST SP 800-38D: the nonce and a counter of 4 bytes, of which 1 is for the tag.
    bytes.copy(counter, 0, NONCE, NONCE + 12);
    counter.writeUInt8(2, 15);
  }
  return createDecipheriv(`aes-${cipher.slice(4, 7)}-ctr`, keys[by], counter).update(bytes.subarray(HEADER));
}
