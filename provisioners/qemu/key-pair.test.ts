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

it("makes no key that nobody can read, as one of 256 would be", () => {
  const pairs = Array.from({ length: 600 }, () => makeKeyPair());
  const parsed = pairs.flatMap(({ privateKey, publicKey }) =>
    [privateKey, publicKey].map((key) => ssh2.utils.parseKey(key)),
  );
  expect(parsed.filter((key) => key instanceof Error)).toEqual([]);
});
