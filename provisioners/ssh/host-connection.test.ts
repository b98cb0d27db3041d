import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utils } from "ssh2";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ToolError } from "../../core/errors.js";
import { blobOf, type SshServer, sshServer } from "../../test/support/ssh-server.js";
import type { HostSpec } from "../../topologies/spec.js";
import { makeKeyPair } from "../qemu/key-pair.js";
import { fingerprint } from "./fingerprint.js";
import { connectHost } from "./host-connection.js";
import { sshConnect } from "./ssh-connection.js";

const folder = mkdtempSync(join(tmpdir(), "plugfest-hosts-"));
const strangerKey = makeKeyPair();
const rsaKey = utils.generateKeyPairSync("rsa", { bits: 2048 });
const lockedKey = utils.generateKeyPairSync("ed25519", { passphrase: "open", cipher: "aes256-cbc", rounds: 16 });
const file = (name: "own" | "stranger" | "locked" | "none") => join(folder, name);

/** What the host was asked. */
const commands = new EventEmitter();

/** A host that lets in who has the own key, and runs all commands to their end but `sleep`. */
let server: SshServer;
let spec: HostSpec;
beforeAll(async () => {
  server = await sshServer(
    (command, channel) => {
      if (command === "sleep") return;
      channel.exit(0);
      channel.end();
      commands.emit(command, true);
    },
    [rsaKey.private],
  );
  writeFileSync(file("own"), server.privateKey);
  writeFileSync(file("stranger"), strangerKey.privateKey);
  writeFileSync(file("locked"), lockedKey.private);
  writeFileSync(file("none"), "no key");
  const { port, hostKey } = server;
  spec = { address: "127.0.0.1", port, user: "root", keyFile: file("own"), hostKey };
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function refusal(changed: Partial<HostSpec>, env: NodeJS.ProcessEnv = {}) {
  const error = await connectHost("pc", { ...spec, ...changed }, env).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ToolError);
  const { code, message, hint } = (error as ToolError).failure;
  return { code, message, hint };
}

describe("the way to a host that is there already", () => {
  test("is open for the host of this key, of whichever sort it is", async () => {
    const pinned = [spec.hostKey, fingerprint(blobOf(rsaKey.public))];
    for (const hostKey of pinned) {
      const connection = await connectHost("pc", { ...spec, hostKey });
      expect(connection.isOpen()).toBe(true);
      connection.end();
    }
  });

  test("is closed for another host, and says which one answers", async () => {
    const other = fingerprint(blobOf(strangerKey.publicKey));
    const { code, message, hint } = await refusal({ hostKey: other });
    expect(code).toBe("host/other-key");
    expect(message).toContain(`${spec.hostKey} (ssh-ed25519), ${fingerprint(blobOf(rsaKey.public))} (ssh-rsa)`);
    expect(message).toContain(`clients.pc.ssh.hostKey is ${other}`);
    expect(hint).toContain("ssh-keygen -lf");
  });

  test("says that the key does not open it, and how to have it do so", async () => {
    expect(await refusal({ keyFile: file("stranger") })).toMatchObject({
      code: "host/denied",
      hint: expect.stringContaining(`ssh-copy-id -p ${String(spec.port)} root@127.0.0.1`) as string,
    });
  });

  test.each([
    ["absent", { keyFile: "/absent/key" }, "cannot be read: ENOENT", "clients.pc.ssh.keyFile"],
    ["not there, nor is an agent", { keyFile: null }, "no ssh-agent runs", "ssh-add"],
  ])("says that the key is %s", async (_what, changed, message, hint) => {
    const found = await refusal(changed);
    expect(found.code).toBe("host/no-key");
    expect(found.message).toContain(message);
    expect(found.hint).toContain(hint);
  });

  test("says that a key has a passphrase, or is none", async () => {
    expect(await refusal({ keyFile: file("locked") })).toMatchObject({
      code: "host/no-key",
      message: expect.stringContaining("it has a passphrase") as string,
    });
    expect(await refusal({ keyFile: file("none") })).toMatchObject({ code: "host/no-key" });
  });

  test("says what is wrong with the place", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, "close");
    expect(await refusal({ port })).toMatchObject({
      code: "host/unreachable",
      message: expect.stringContaining("nothing listens there") as string,
      hint: `try: ssh -p ${String(port)} root@127.0.0.1 true`,
    });
    expect((await refusal({ address: "pc.invalid" })).message).toMatch(/no such name is known|could not be looked up/);
  });

  test("says that what listens there is no sshd", async () => {
    const other = createServer((socket) => socket.end("220 smtp\r\n")).listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    expect(await refusal({ port })).toMatchObject({ code: "host/unreachable" });
    other.close();
  });
});

describe("a host that falls silent", () => {
  test("is lost when it does not answer, and only then", async () => {
    const { port } = server;
    const through = new Set<Socket>();
    const relay = createServer((socket) => {
      const beyond = createConnection({ host: "127.0.0.1", port });
      for (const end of [socket, beyond]) through.add(end.on("error", () => undefined));
      socket.pipe(beyond).pipe(socket);
    }).listen(0, "127.0.0.1");
    await once(relay, "listening");
    const target = { host: "127.0.0.1", port: (relay.address() as AddressInfo).port, user: "root", withinMs: 10_000 };
    const by = { privateKey: server.privateKey };
    const connection = await sshConnect({ ...target, by, aliveMs: 100, accepts: () => true });
    const channel = (await connection.command("sleep")).resume();
    const asked = await new Promise((resolve) => commands.once("exit 0", resolve));
    expect(asked).toBe(true);
    expect(connection.isOpen()).toBe(true);
    for (const end of through) end.unpipe().pause();
    await once(channel, "close");
    expect(connection.isOpen()).toBe(false);
    for (const end of through) end.destroy();
    relay.close();
  });
});

describe("a command that is given up before it has begun", () => {
  test("keeps this process from ending no more, also when it begins later", async () => {
    const held = () => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
    const by = { privateKey: server.privateKey };
    const target = { host: "127.0.0.1", port: server.port, user: "root", withinMs: 10_000 };
    const connection = await sshConnect({ ...target, by, accepts: () => true });
    const heldBefore = held();
    const giveUp = new AbortController();
    const performed = once(commands, "given-up");
    const opening = connection.command("given-up", giveUp.signal);
    expect(held()).toBe(heldBefore + 1);
    giveUp.abort(new Error("given up"));
    await expect(opening).rejects.toThrow("given up");
    expect(held()).toBe(heldBefore);
    await performed;
    // What comes after it comes when it is over.
    const channel = (await connection.command("next")).resume();
    await once(channel, "close");
    expect(held()).toBe(heldBefore);
    await expect(connection.command("never", giveUp.signal)).rejects.toThrow("given up");
    expect(held()).toBe(heldBefore);
    connection.end();
  });
});
