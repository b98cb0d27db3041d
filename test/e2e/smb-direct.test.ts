import { describe, expect, test } from "vitest";
import { engineOrSkip } from "../support/engine.js";
import { isFull } from "../support/full.js";
import { testLab } from "../support/test-lab.js";

const engine = await engineOrSkip();

const topology = `name: e2e-direct
networks: { public: { subnet: 10.91.84.0/24, rdma: rxe } }
servers: { nas: { kind: ksmbd, shares: [dvd], memory: 384MiB } }
clients:
  direct: { kind: cifs, memory: 384MiB, mount: { hard: true, rdma: true } }
  plain: { kind: cifs, memory: 384MiB, mount: { hard: true } }
  outside: { kind: smb3, rdma: none }
`;

const copying = (
  client: string,
  mounted: string,
) => `  - copy: { id: dvd, from: ${client}, to: dvd/dvd.iso, size: 8MiB, rate: 1MB }
    during:
      - at: { copy: dvd, bytes: 1MiB }
        exec: { on: ${client}, run: "${mounted}" }
  - expect: { copy: dvd, content: identical, acknowledged: kept }
  - expect: { copy: dvd, rdma: carried }
`;

/** Compiles modules where no image has them yet, and boots three machines: for `npm run test:full`. */
describe.skipIf(engine === undefined || !isFull)("SMB Direct between two kernels", () => {
  const { play } = testLab(topology);

  test("carries a copy, as the counters of both ends say; a copy by TCP is told from it", async () => {
    const { ran, told, of } = await play("by-direct", copying("direct", "grep -q ',rdma,' /proc/mounts"), "--prove");
    expect(ran.exit, told).toBe(0);
    const [carried] = of("rdma.carried");
    expect(carried?.ends.map(({ node }) => node)).toEqual(["direct", "nas"]);
    expect(carried?.ends[0]?.rdmaBytes?.sent).toBeGreaterThan(8 * 2 ** 20);
    expect(carried?.ends[1]?.rdmaBytes?.received).toBeGreaterThan(8 * 2 ** 20);

    const red = await play("by-plain", copying("plain", "grep ' cifs ' /proc/mounts | grep -vq ',rdma,'"));
    expect(red.ran.exit, red.told).toBe(1);
    const outcomes = red.of("check.finished").map(({ check, outcome }) => `${check}: ${outcome}`);
    expect(outcomes).toContain("dvd: content: pass");
    expect(outcomes).toContain("dvd: rdma: fail");
  });

  test("serves plugfest's own client, and smbclient, by TCP", async () => {
    const { ran, told } = await play(
      "from-outside",
      `  - copy: { id: own, from: outside, to: dvd/own.bin, size: 8MiB }
  - read: { id: back, to: outside, from: dvd/own.bin, size: 8MiB }
  - expect: { copy: own, content: identical, acknowledged: kept, failovers: 0 }
  - expect: { copy: back, content: identical }
  - exec:
      on: outside
      run: |
        set -e
        python3 -c 'import json; print("username={user}\\npassword={password}".format(**json.load(open("/etc/plugfest/credentials"))))' >/tmp/account
        smbclient -A /tmp/account "//\${nas.public}/dvd" -c 'get own.bin /tmp/got; put /tmp/got put.bin'
        test "$(stat -c %s /tmp/got)" = 8388608
  - exec: { on: nas, run: "cmp /srv/dvd/own.bin /srv/dvd/put.bin" }
`,
    );
    expect(ran.exit, told).toBe(0);
  });
});
