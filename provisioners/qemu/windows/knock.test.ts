import { afterAll, beforeAll, expect, test } from "vitest";
import { type SshServer, sshServer } from "../../../test/support/ssh-server.js";
import { makeKeyPair } from "../key-pair.js";
import { knock } from "./knock.js";

let server: SshServer;
beforeAll(async () => {
  server = await sshServer();
});
afterAll(() => {
  server.close();
});

const at = (privateKey: string, port = server.port) => knock({ port, user: "pat", privateKey });

test("the right key opens it", async () => {
  const answer = await at(server.privateKey);
  expect(answer).toHaveProperty("connection");
  if ("connection" in answer) answer.connection.end();
});

test("another key is refused for good", async () => {
  expect(await at(makeKeyPair().privateKey)).toMatchObject({ isRefused: true });
});

test("one that does not listen yet may listen later", async () => {
  const gone = await sshServer();
  gone.close();
  expect(await at(gone.privateKey, gone.port)).toMatchObject({
    isRefused: false,
    why: expect.stringContaining("ECONNREFUSED") as string,
  });
});
