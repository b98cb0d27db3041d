import { generateKeyPairSync, randomBytes } from "node:crypto";

export interface KeyPair {
  /** In OpenSSH's own format (PROTOCOL.key), which every sshd and ssh2 read. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA…`. */
  readonly publicKey: string;
}

const type = "ssh-ed25519";

/** A new Ed25519 key pair without a passphrase. */
export function makeKeyPair(): KeyPair {
  const { x = "", d = "" } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const [point, secret] = [Buffer.from(x, "base64url"), Buffer.from(d, "base64url")];
  const blob = Buffer.concat([field(type), field(point)]);
  const check = randomBytes(4);
  const inner = Buffer.concat([check, check, blob, field(Buffer.concat([secret, point])), field("plugfest")]);
  const padding = Buffer.from(Array.from({ length: (8 - (inner.length % 8)) % 8 }, (_, index) => index + 1));
  const outer = Buffer.concat([
    ...[Buffer.from("openssh-key-v1\0"), field("none"), field("none"), field(""), Buffer.from([0, 0, 0, 1])],
    ...[field(blob), field(Buffer.concat([inner, padding]))],
  ]);
  const lines = outer.toString("base64").match(/.{1,70}/g) ?? [];
  const frame = (word: string) => `-----${word} OPENSSH PRIVATE KEY-----`;
  return {
    privateKey: [frame("BEGIN"), ...lines, frame("END"), ""].join("\n"),
    publicKey: `${type} ${blob.toString("base64")}`,
  };
}

/** A length and so many bytes. */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
