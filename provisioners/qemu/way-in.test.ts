import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SshServer, sshServer } from "../../test/support/ssh-server.js";
import { makeKeyPair } from "./key-pair.js";
import { frozenBy, startHint } from "./qemu-process.js";
import { sshConnect } from "../ssh/ssh-connection.js";
import { hintFor } from "./way-in.js";

const other = makeKeyPair();

describe("the way in to a machine", () => {
  let server: SshServer;
  const target = (privateKey: string, hostKey: string, at = server.port) => ({
    ...{ host: "127.0.0.1", port: at, user: "root", by: { privateKey }, withinMs: 10_000 },
    accepts: (key: Buffer) => key.toString("base64") === hostKey.split(" ")[1],
  });
  const refusal = async (of: ReturnType<typeof target>) => {
    const error = await sshConnect(of).catch((reason: unknown) => reason);
    return hintFor((error as Error).message);
  };

  beforeAll(async () => {
    server = await sshServer();
  });
  afterAll(() => {
    server.close();
  });

  it("opens to the key that it was given", async () => {
    const connection = await sshConnect(target(server.privateKey, server.publicKey));
    expect(connection.isOpen()).toBe(true);
    connection.end();
  });

  it("says what to do about a wrong host key, a wrong key, and nobody who listens", async () => {
    expect(await refusal(target(server.privateKey, other.publicKey))).toContain("another host key");
    expect(await refusal(target(other.privateKey, server.publicKey))).toContain("does not take the key");
    expect(await refusal(target(server.privateKey, server.publicKey, 1))).toContain("does not forward its port");
    expect(hintFor("Timed out while waiting for handshake")).toContain("does not answer");
  });
});

it("a machine that QEMU stopped for a full disk is not one that somebody froze", () => {
  expect(frozenBy("io-error")).toContain("this host's disk");
  expect(frozenBy("paused")).toBe("it is frozen");
});

it.each([
  ["", "ENOENT", "install qemu-system-x86"],
  ["qemu-system-x86_64: cannot set up guest memory 'ram': Cannot allocate memory", undefined, "less memory"],
  ["could not configure /dev/net/tun (pft-0123456789): Device or resource busy", undefined, "another process has"],
  ["could not open /dev/net/tun: No such file or directory", undefined, "needs root and /dev/net/tun"],
  ["qemu-system-x86_64: -drive: Failed to get lock", undefined, "own words"],
])("a QEMU that does not start says %j, and there is a hint for it", (said, code, hint) => {
  expect(startHint(said, code)).toContain(hint);
});
