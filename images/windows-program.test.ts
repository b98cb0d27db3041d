import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { asset } from "../core/paths.js";
import { mistakesIn } from "../test/support/powershell.js";
import { windowsScript, windowsSource } from "./windows-program.js";

vi.setConfig({ testTimeout: 60_000 });

/** What PowerShell does around the program, and a trial of the watch; C# 5, as all of it. */
const main = `
namespace Trial
{
    using System;
    using System.Collections.Generic;
    using System.IO;
    using System.Net;
    using System.Net.Sockets;
    using Plugfest;

    public static class Program
    {
        public static int Main(string[] argv)
        {
            if (argv.Length > 0) return Watched();
            Client client = Client.Start(new StreamReader(Console.OpenStandardInput()));
            if (client == null) return 1;
            client.Go("3.1.1", "on", "none");
            while (!client.Wait(500)) { }
            client.Finish();
            return client.ExitCode;
        }

        /** A connection is lost, another one comes, and a write is answered by it. */
        private static int Watched()
        {
            TcpListener server = new TcpListener(IPAddress.Loopback, 0);
            server.Start();
            int port = ((IPEndPoint)server.LocalEndpoint).Port;
            TcpClient first = new TcpClient("127.0.0.1", port);
            Progress progress = new Progress(new List<Mark>());
            Watch watch = new Watch("127.0.0.1", port, progress);
            progress.Ack(0, 100, Time.Monotonic());
            watch.Look();
            first.Client.Close(0);
            watch.Look();
            watch.Look();
            new TcpClient("127.0.0.1", port);
            watch.Look();
            progress.Ack(100, 100, Time.Monotonic());
            watch.Acknowledged();
            watch.Look();
            return 0;
        }
    }
}
`;

const reason = spawnSync("mcs", ["--version"]).status === 0 ? undefined : "mcs and mono are not installed";
if (reason !== undefined) console.warn(`skipped: ${reason}`);

const folder = mkdtempSync(join(tmpdir(), "plugfest-windows-"));
const at = (name: string) => join(folder, name);
beforeAll(() => {
  if (reason !== undefined) return;
  writeFileSync(at("client.cs"), windowsSource());
  writeFileSync(at("main.cs"), main);
  // What Windows PowerShell's Add-Type compiles is C# 5.
  const made = spawnSync(
    "mcs",
    ["-langversion:5", "-warnaserror+", "-out:client.exe", "-r:System.Web.Extensions", "client.cs", "main.cs"],
    {
      ...{ cwd: folder, encoding: "utf8" },
    },
  );
  expect(made.stdout + made.stderr).toBe("");
}, 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Said {
  readonly ev: string;
  readonly [field: string]: unknown;
}

const payload = { seed: "0123456789abcdef0123456789abcdef", run: "trial", generation: 1 };
const job = (fields: object) => ({ folder, path: "file", ...payload, ...fields });

type Answer = (said: Said, write: (text: string) => void, end: () => void) => void;

/** Runs a program on a job; its input stays open until it has said all. `onSaid` may answer. */
async function speak(argv: readonly string[], given: unknown, onSaid: Answer = () => undefined) {
  const [program = "", ...args] = argv;
  const env = { ...process.env, PYTHONPATH: asset("images/program"), PYTHONDONTWRITEBYTECODE: "1" };
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"], env });
  child.stdin.write(`${typeof given === "string" ? given : JSON.stringify(given)}\n`);
  const events: Said[] = [];
  const write = (text: string) => void child.stdin.write(text);
  const end = () => void child.stdin.end();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const said = JSON.parse(line) as Said;
    events.push(said);
    onSaid(said, write, end);
  });
  const [exit] = (await once(child, "close")) as [number];
  return { exit, events, last: events.at(-1) };
}

const run = (given: unknown, onSaid?: Answer) => speak(["mono", at("client.exe")], given, onSaid);

/** The Python client's judgement on the same file. */
async function pythonSays(size: number): Promise<Said> {
  const asked = { verb: "verify", file: at("file"), size, ...payload, hash: ["md5", "sha256"] };
  const { last } = await speak(["python3", "-m", "plugfest_smb3.payload", "verify"], asked);
  return last ?? { ev: "nothing" };
}

const size = 3 * 2 ** 20 + 12_345;

describe.skipIf(reason !== undefined)("the program of a Windows client, compiled as C# 5", () => {
  test("writes the payload that the Python client knows, and has its hashes", async () => {
    const { exit, events, last } = await run(job({ verb: "put", size, marks: [{ id: "half", at: 2_000_000 }] }));
    expect(exit).toBe(0);
    expect(events.map(({ ev }) => ev).filter((ev) => ev !== "progress")).toEqual([
      ...["connected", "opened", "mark", "flushed", "closed", "result"],
    ]);
    const known = await pythonSays(size);
    expect(known).toMatchObject({ ev: "result", mismatch: null, bytes: size });
    expect(last).toMatchObject({ bytes: size, md5: known["md5"], sha256: known["sha256"], mismatch: null });
  });

  /** Spoils the file that the test before has written; `bytes` of another place, or zeros. */
  const spoil = (offset: number, bytes: Buffer) => {
    const file = openSync(at("file"), "r+");
    writeSync(file, bytes, 0, bytes.length, offset);
    closeSync(file);
  };
  const block = (number: number) => readFileSync(at("file")).subarray(number * 65_536, (number + 1) * 65_536);

  test.each([
    ["nothing", () => undefined],
    [
      "zero",
      () => {
        spoil(2 * 65_536 + 1000, Buffer.alloc(5000));
      },
    ],
    [
      "torn",
      () => {
        spoil(5 * 65_536 + 700, Buffer.from([1]));
      },
    ],
    [
      "lost",
      () => {
        spoil(7 * 65_536, Buffer.alloc(65_536));
      },
    ],
    [
      "duplicated",
      () => {
        spoil(9 * 65_536, block(8));
      },
    ],
    [
      "duplicated by a shift",
      () => {
        spoil(9 * 65_536, Buffer.concat([Buffer.alloc(100, 1), block(9).subarray(0, 65_436)]));
      },
    ],
    [
      "foreign",
      () => {
        spoil(11 * 65_536, Buffer.alloc(65_536, 0xaa));
      },
    ],
    [
      "short",
      () => {
        truncateSync(at("file"), size - 5000);
      },
    ],
    [
      "long",
      () => {
        writeFileSync(at("file"), Buffer.concat([readFileSync(at("file")), Buffer.from("more")]));
      },
    ],
  ])("judges a file as the Python client does: %s", async (_what, change) => {
    await run(job({ verb: "put", size }));
    change();
    const { exit, last } = await run(job({ verb: "get", size }));
    const known = await pythonSays(size);
    expect(exit).toBe(0);
    expect(last).toMatchObject({
      ev: "result",
      md5: known["md5"],
      sha256: known["sha256"],
      mismatch: known["mismatch"],
    });
    if (known["bad"] !== undefined) expect(last?.["bad"]).toEqual(known["bad"]);
  });

  test("names what another run left as stale", async () => {
    await run(job({ verb: "put", size, run: "another" }));
    const { last } = await run(job({ verb: "get", size }));
    expect(last?.["mismatch"]).toEqual((await pythonSays(size))["mismatch"]);
    expect(last?.["mismatch"]).toMatchObject({ class: "stale" });
  });

  test.each(["put", "get"])(
    "goes slowly behind a slow mark until it is released, and then as fast as it can: %s",
    async (verb) => {
      if (verb === "get") await run(job({ verb: "put", size }));
      const marks = [{ id: "fault", at: 1_000_001, slow: true }];
      let released = false;
      const { events, last } = await run(job({ verb, size, marks }), ({ ev }, write) => {
        if (ev !== "mark") return;
        released = true;
        write('{"cmd":"release","mark":"fault"}\n');
      });
      expect(released).toBe(true);
      expect(last).toMatchObject({ ev: "result", mismatch: null });
      const mark = events.find(({ ev }) => ev === "mark");
      // Within the sector of the mark, or the block of the payload that a read takes whole.
      expect(mark?.["acked"]).toBeLessThan(1_000_001 + (verb === "put" ? 4096 : 65_536));
    },
  );

  test("ends when its driver lets go of it", async () => {
    const { exit, last } = await run(
      job({ verb: "put", size, marks: [{ id: "x", at: 0, slow: true }] }),
      ({ ev }, _write, end) => {
        if (ev === "mark") end();
      },
    );
    expect(exit).toBe(4);
    expect(last?.ev).toBe("aborted");
  });

  test.each([
    ["a job that is none", "{", "job"],
    ["an unknown verb", { verb: "hold", path: "x" }, "job"],
    [
      "no account",
      { verb: "put", path: "x", addresses: ["10.0.0.1"], share: "dvd", credentials: "/absent" },
      "credentials",
    ],
    ["a file that is not there", { verb: "get", folder: "/absent", path: "file", size: 1 }, "open"],
  ])("says what is wrong with %s", async (_what, given, stage) => {
    const { exit, last } = await run(given);
    expect(exit).toBe(1);
    expect(last).toMatchObject({ ev: "error", stage });
  });

  test("tells that a connection is gone, and of the one that comes in its place", () => {
    const { stdout } = spawnSync("mono", [at("client.exe"), "watch"], { encoding: "utf8" });
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Said);
    expect(events.filter(({ ev }) => ev !== "progress").map(({ ev }) => ev)).toEqual(["lost", "session", "resumed"]);
    expect(events.find(({ ev }) => ev === "lost")).toMatchObject({ address: "127.0.0.1", acked: 100 });
    expect(events.find(({ ev }) => ev === "resumed")).toMatchObject({ acked: 200 });
  });
});

describe("the script of a Windows client", () => {
  test("is PowerShell, in the eyes of a parser", () => {
    expect(mistakesIn(windowsScript())).toEqual([]);
  });

  test.each([
    [
      "a brace that is left open",
      (text: string) => text.replace(/}\s*$/, "").replace("exit $client.ExitCode", "if ($x) {"),
    ],
    ["a string that does not end", (text: string) => text.replace("'unknown'", "'unknown")],
    ["an operator without its other side", (text: string) => text.replace("-ne $told", "-ne")],
  ])("is refused by this test with %s", (_what, breakIt) => {
    const broken = breakIt(windowsScript());
    expect(broken).not.toBe(windowsScript());
    expect(mistakesIn(broken)).not.toEqual([]);
  });
});
