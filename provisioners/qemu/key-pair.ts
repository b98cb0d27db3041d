import ssh2 from "ssh2";

export interface KeyPair {
  /** In OpenSSH's own format (PROTOCOL.key), which every sshd and ssh2 read. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA…`. */
  readonly publicKey: string;
}

/**
 * A new Ed25519 key pair without a passphrase.
 *
 * No KeyObject of Node's is exported: when a garbage collection came meanwhile, Node 20 waited for ever, for a lock that it
 * held itself (ExportJWK and ~KeyGenJob in src/crypto).
 */
export function makeKeyPair(): KeyPair {
  const { private: privateKey, public: publicKey } = ssh2.utils.generateKeyPairSync("ed25519");
  return { privateKey, publicKey };
}

/** Whether this is a private key that ssh2 can use, without a passphrase. */
export function isPrivateKey(text: string): boolean {
  const parsed = ssh2.utils.parseKey(text);
  return !(parsed instanceof Error) && parsed.isPrivateKey();
}
