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
  for (;;) {
    const { private: privateKey, public: publicKey } = ssh2.utils.generateKeyPairSync("ed25519");
    // ssh2 1.17 leaves out the zeros that a key begins with, as one in 256 does, and nobody can read what is left.
    if (Buffer.from(publicKey.split(" ")[1] ?? "", "base64").length === publicKeyBytes)
      return { privateKey, publicKey };
  }
}

/** A length and "ssh-ed25519", a length and the key of 32 bytes (RFC 8709). */
const publicKeyBytes = 4 + 11 + 4 + 32;

/** Whether this is a private key that ssh2 can use, without a passphrase. */
export function isPrivateKey(text: string): boolean {
  const parsed = ssh2.utils.parseKey(text);
  return !(parsed instanceof Error) && parsed.isPrivateKey();
}
