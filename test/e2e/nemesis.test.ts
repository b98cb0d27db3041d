import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEvents } from "../../core/event-log.js";
import { folder, plugfest } from "../support/plugfest.js";
import { labText } from "../support/small-lab.js";

const LAB = "e2e-nemesis";
const lab = labText({
  ...{ name: LAB, net: 63 },
  cluster: `  profile: persistent
  smbConf: { dvd: { "smb3 ca so:max lease mask": RWH } }`,
});

/** The cluster's bug: where a node was disabled before, the start of an smbd spoils the file behind all smbds' backs. */
const PLANT = `
cat >/etc/ctdb/planted <<'END'
#!/bin/sh
case $1 in
ipreallocated) ! ctdb nodestatus | grep -q DISABLED || touch /cluster/was-disabled ;;
startup) [ ! -e /cluster/was-disabled ] || printf spoilt | dd of=/cluster/dvd/nemesis.bin bs=1 seek=70000 conv=notrunc ;;
esac
exec /usr/share/ctdb/events/legacy/50.samba.script "$@"
END
chmod 755 /etc/ctdb/planted
ln -sf /etc/ctdb/planted /etc/ctdb/events/legacy/50.samba.script
rm -f /cluster/was-disabled`;

// Of this seed come, one after the other: disable node1, slow, kill the smbds of node2.
const scenario = `name: rough
topology: ./lab.yaml
steps:
${["node1", "node2"].map((on) => `  - exec: ${JSON.stringify({ on, run: PLANT })}`).join("\n")}
  - copy: { id: dvd, from: laptop, to: dvd/nemesis.bin, size: 32MiB, rate: 5MiB }
    during:
      - at: { copy: dvd, progress: 2% }
        nemesis:
          over: 5s
          every: 1s..1.5s
          lasting: 300ms..600ms
          seed: 121
          faults:
            - disable: any
            - slow: { link: laptop/public, rate: 200mbit }
            - kill: { process: smbd, on: any }
  - until: { cluster: healthy, within: 60s }
  - expect: { copy: dvd, content: identical }
`;

describe("a bug that takes two faults", () => {
  let files: ReturnType<typeof folder>;

  beforeAll(async () => {
    files = folder({ "lab.yaml": lab, "rough.yaml": scenario });
    const up = await plugfest(["up", "./lab.yaml"], { cwd: files.path });
    expect(up, up.stdout + up.stderr).toMatchObject({ exit: 0 });
  });
  afterAll(async () => {
    await plugfest(["down", LAB]);
    files[Symbol.dispose]();
  });

  it("is found by a nemesis, and shrunk to the two, which fail again", async () => {
    const cwd = files.path;
    const found = await plugfest(["run", "./rough.yaml", "--shrink", "--runs", "runs"], { cwd });
    expect(found, found.stdout + found.stderr).toMatchObject({ exit: 1 });
    const run = join(cwd, "runs", "rough", "latest");
    const failed = readEvents(join(run, "events.jsonl")).flatMap((event) =>
      event.type === "check.finished" && event.outcome === "fail" ? [event.check] : [],
    );
    expect(failed).toEqual(["dvd: content"]);

    const end = readEvents(join(run, "shrink", "events.jsonl")).findLast(({ type }) => type === "shrink.finished");
    expect(end).toMatchObject({ faults: ["disable node1", "kill smbd on node2"], of: 3, minimal: true });

    const written = readFileSync(join(run, "shrunk.yaml"), "utf8");
    const again = /^# plugfest run (\S+) --seed ([0-9a-f]{32})$/m.exec(written);
    expect(written).toContain("schedule:");
    const argv = ["run", again?.[1] ?? "", "--seed", again?.[2] ?? "", "--runs", "again"];
    const replayed = await plugfest(argv, { cwd });
    expect(replayed, replayed.stdout + replayed.stderr).toMatchObject({ exit: 1 });
    const verdict = readEvents(join(cwd, "again", "rough", "latest", "events.jsonl")).at(-1);
    expect(verdict).toMatchObject({ verdict: { outcome: "fail", reasons: [expect.stringMatching(/^dvd: content/)] } });
  });
});
