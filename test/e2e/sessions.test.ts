import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { testLab } from "../support/test-lab.js";

const topology = `name: e2e-sessions
networks:
  private: { subnet: 10.77.51.0/24 }
  public: { subnet: 10.77.52.0/24 }
cluster:
  nodes: 2
  samba: "4.25"
  witness: true
  shares: { dvd: { path: /cluster/dvd } }
  smbConf: { dvd: { "smb3 ca so:max lease mask": RWH } }
clients:
  told: { kind: smb3, witness: true }
  sealed: { kind: smb3, encryption: aes-256-gcm }
  older: { kind: smb3, encryption: aes-128-ccm }
  wide: { kind: smb3, channels: 3, encryption: aes-128-gcm }
  hashed: { kind: smb3, signing: hmac-sha256 }
  tagged: { kind: smb3, signing: aes-cmac }
`;

describe("how a client's sessions are, in one lab", () => {
  const lab = testLab(topology);

  it("a client that the witness tells to move is gone before anything is lost: G5", async () => {
    const seen = await lab.play(
      "told",
      `  - copy: { id: dvd, from: told, to: dvd/told.iso, size: 96MiB, rate: 24MB }
    during:
      - at: { copy: dvd, progress: 20% }
        witness-list: { client: told }
      - at: { copy: dvd, progress: 40% }
        client-move: { client: told }
  - witness-list: { client: told, count: 0 }
  - expect: { copy: dvd, failovers: 1, grade: G5, content: identical }
`,
    );
    expect(seen.ran, seen.told).toMatchObject({ exit: 0 });
    const said = seen.of("copy.witness").map(({ what, kind }) => [what, kind]);
    expect(said.slice(0, 2)).toEqual([
      ["registered", ""],
      ["notified", "client-move"],
    ]);
    const facts = seen.of("evidence").at(-1)?.evidence.facts ?? [];
    expect(facts.some(({ source, text }) => source === "wire" && text.startsWith("witness notification"))).toBe(true);
  });

  it.each([
    ["sealed", "aes-256-gcm"],
    ["older", "aes-128-ccm"],
  ])("the reclaim of %s, encrypted by %s, is read from the capture", async (client, cipher) => {
    const seen = await lab.play(
      client,
      `  - copy: { id: dvd, from: ${client}, to: dvd/${client}.iso, size: 64MiB, rate: 24MB }
    during:
      - at: { copy: dvd, progress: 30% }
        kill: { process: smbd, of: dvd }
  - expect: { copy: dvd, grade: G4, content: identical }
`,
    );
    expect(seen.ran, seen.told).toMatchObject({ exit: 0 });
    expect(seen.of("copy.connected")[0]).toMatchObject({ encryption: cipher });
    const keys = join(seen.path, "captures", "dvd", "session-keys.jsonl");
    expect(statSync(keys).mode & 0o777).toBe(0o600);
    const secrets = [...readFileSync(keys, "utf8").matchAll(/"(?:client|server)": ?"([0-9a-f]+)"/g)].map(
      ([, key = ""]) => key,
    );
    expect(secrets).toHaveLength(4);
    const told = ["events.jsonl", "report.html", "verdict.json"].map((file) =>
      readFileSync(join(seen.path, file), "utf8"),
    );
    for (const key of secrets) expect(told.some((text) => text.includes(key))).toBe(false);
    const capsule = join(lab.path(), `${client}.tar.gz`);
    const packed = await lab.run("capsule", seen.path, "--out", capsule, "--json");
    const { files } = JSON.parse(packed.stdout) as { files: string[] };
    expect(files).toContain("events.jsonl");
    expect(files.filter((file) => file.includes("keys"))).toEqual([]);
  });

  it("a client with three channels goes on over two when it loses one, and fails over when it loses all", async () => {
    // The newest of the client's connections, from the node's end.
    const cut = `ss -K sport = 445 dport = $(ss -Htn sport = 445 | sed "s/.*://" | tail -1)`;
    const seen = await lab.play(
      "wide",
      `  - copy: { id: dvd, from: wide, to: dvd/wide.iso, size: 64MiB, rate: 24MB }
    during:
      - at: { copy: dvd, progress: 25% }
        exec: { on: node1, run: '${cut}' }
      - at: { copy: dvd, progress: 60% }
        kill: { process: smbd, of: dvd }
  - expect: { copy: dvd, grade: G4, content: identical }
`,
    );
    expect(seen.ran, seen.told).toMatchObject({ exit: 0 });
    const channels = seen.of("copy.channel").map(({ what, left }) => [what, left]);
    expect(channels.slice(0, 3)).toEqual([
      ["opened", 3],
      ["opened", 3],
      ["lost", 2],
    ]);
    expect(seen.of("copy.lost")).toHaveLength(1);
  });

  it("each signing algorithm is the one that the wire shows, and the handle comes back under it", async () => {
    const seen = await lab.play(
      "signed",
      ["hashed", "tagged"]
        .map(
          (client) => `  - copy: { id: ${client}, from: ${client}, to: dvd/${client}.iso, size: 32MiB, rate: 24MB }
    during:
      - at: { copy: ${client}, progress: 30% }
        kill: { process: smbd, of: ${client} }
  - expect: { copy: ${client}, grade: G4, content: identical }
`,
        )
        .join(""),
    );
    expect(seen.ran, seen.told).toMatchObject({ exit: 0 });
    const signing = (copy: string) => seen.of("copy.connected").find((event) => event.copy === copy)?.signing;
    expect([signing("hashed"), signing("tagged")]).toEqual(["hmac-sha256", "aes-cmac"]);
  });
});
