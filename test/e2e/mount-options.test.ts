import { describe, expect, test } from "vitest";
import { engineOrSkip } from "../support/engine.js";
import { isFull } from "../support/full.js";
import { testLab } from "../support/test-lab.js";

const engine = await engineOrSkip();

const topology = `name: e2e-mounts
networks:
  private: { subnet: 10.91.216.0/24 }
  public: { subnet: 10.91.217.0/24 }
cluster:
  nodes: 2
  samba: "4.25"
  publicAddresses: { count: 2 }
  shares: { dvd: { path: /cluster/dvd } }
clients:
  firm:
    kind: cifs
    runtime: qemu
    memory: 384MiB
    channels: 2
    mount: { hard: true, persistentHandles: true, handleTimeout: 5s, sign: true, cache: none, attributes: 3s, echoInterval: 7s }
  sealed:
    kind: cifs
    runtime: qemu
    memory: 384MiB
    mount: { persistentHandles: false, handleTimeout: 2s, seal: true, cache: loose }
`;

/** What the kernel says of its mount, and of its connection, at one moment of a copy. */
const told = {
  firm: {
    mount: "hard persistenthandles handletimeout=5000 cache=none actimeo=3 echo_interval=7 multichannel max_channels=2",
    connection: [
      'grep -q "Dialect 0x311 signed" /tmp/seen',
      'grep -q "Extra Channels: 1" /tmp/seen',
      '! grep -q " encrypted" /tmp/seen',
      'test "$(grep -c "TCP status: 1 " /tmp/seen)" = 2',
    ],
  },
  sealed: {
    mount: "soft handletimeout=2000 cache=loose actimeo=1 echo_interval=60 seal",
    connection: [
      '! grep -q "Dialect 0x311 signed" /tmp/seen',
      '! grep -q "Extra Channels" /tmp/seen',
      'grep -q "type: DISK .* encrypted" /tmp/seen',
      '! grep " cifs " /tmp/seen | grep -q persistenthandles,',
      'test "$(grep -c "TCP status: 1 " /tmp/seen)" = 1',
    ],
  },
};

const copying = (
  client: keyof typeof told,
) => `  - copy: { id: ${client}, from: ${client}, to: dvd/${client}.bin, size: 4MiB, rate: 500kB }
    during:
      - at: { copy: ${client}, bytes: 1MiB }
        exec:
          on: ${client}
          run: |
            cat /proc/mounts /proc/fs/cifs/DebugData >/tmp/seen
            grep " cifs " /tmp/seen
            for option in ${told[client].mount}; do
              grep " cifs " /tmp/seen | grep -q "[ ,]$option[, ]" || { echo "it is without $option"; exit 1; }
            done
${told[client].connection.map((line) => `            ${line} || { echo 'it is otherwise: ${line.replaceAll("'", "")}'; exit 1; }`).join("\n")}
  - expect: { copy: ${client}, content: identical, acknowledged: kept }
`;

/** Boots two machines beside a cluster: for `npm run test:full`. */
describe.skipIf(engine === undefined || !isFull)("the options of a kernel client's mount", () => {
  const { play } = testLab(topology);

  test("are what the kernel says that it does, and none is what it does anyway", async () => {
    const { ran, told: said } = await play("options", copying("firm") + copying("sealed"));
    expect(ran.exit, said).toBe(0);
  });
});
