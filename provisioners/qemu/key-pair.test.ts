import ssh2 from "ssh2";
import { expect, it } from "vitest";
import { makeKeyPair } from "./key-pair.js";

it("makes keys that belong together and sign", () => {
  const { privateKey, publicKey } = makeKeyPair();
  const [secret, open] = [ssh2.utils.parseKey(privateKey), ssh2.utils.parseKey(publicKey)];
  if (secret instanceof Error || open instanceof Error) throw new Error("keys that cannot be read");
  expect(secret.getPublicSSH()).toEqual(open.getPublicSSH());
  expect(open.verify("data", secret.sign("data"))).toBe(true);
  expect(makeKeyPair().publicKey).not.toBe(publicKey);
});
