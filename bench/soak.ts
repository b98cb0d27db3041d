import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Event } from "../core/event.js";
import { systemClock } from "../core/clock.js";
import { asset } from "../core/paths.js";
import type { Engine } from "../provisioners/docker/engine.js";
import { dockerProvisioner } from "../provisioners/docker/docker-provisioner.js";
import { quantile, seconds } from "./figures.js";
import { liveMemory } from "./live-heap.js";
import { plugfest, topologyText, withFiles } from "./plugfest.js";
import { columns, grownColumns } from "./soak-columns.js";
import type { Sample } from "./soak-columns.js";

const LAB = "bench-soak";
const NODES = ["node1", "node2", "node3"];
/** Appended to on each node, once after each failover, by the run itself: so a sample is of a moment between copies. */
const SAMPLES = "/tmp/soak-samples";
/** On a node: open files of ctdbd and of all smbd, how many smbd there are, and opens in the whole cluster. */
const SAMPLE = `fds() { for p in $(grep -ls "^$1" /proc/[0-9]*/comm); do ls "$\${p%/comm}/fd" 2>/dev/null; done | wc -l; }
opens=$(smbstatus --json 2>/dev/null | python3 -c 'import json, sys; print(len(json.load(sys.stdin).get("open_files", {})))')
echo "$(fds ctdbd) $(fds smbd) $(grep -ls ^smbd /proc/[0-9]*/comm | wc -l) $opens" >>${SAMPLES}`;

/** A node that was enabled gets an address back a moment later: the next copy must not be moved by that. */
const SPREAD = `test "$(ctdb -X ip all | tail -n +2 | cut -d '|' -f 3 | sort -u | wc -l)" = ${String(NODES.length)}`;

function scenarioText(failovers: number): string {
  const steps = Array.from({ length: failovers }, (_, index) => {
    const id = `c${String(index + 1)}`;
    return `  - copy: { id: ${id}, from: laptop, to: dvd/soak.bin, size: 192MiB, rate: 32MB }
    during:
      - { at: { copy: ${id}, progress: 20% }, disable: serving(${id}) }
  - until: { cluster: healthy, within: 180s }
  - until: { on: node1, run: ${JSON.stringify(SPREAD)}, within: 180s }
  - expect: { copy: ${id}, grade: G4 }
${NODES.map((node) => `  - exec: { on: ${node}, run: ${JSON.stringify(SAMPLE)} }`).join("\n")}`;
  });
  return `name: bench-soak\ntopology: ./lab.yaml\nsteps:\n${steps.join("\n")}\n`;
}

/**
 * A hundred failovers by \`ctdb disable\` in one lab and one run, copy after copy (another number: PLUGFEST_SOAK). After each
 * one everything that could leak is counted; whatever goes on growing after the first ten is a failure.
 */
export async function* benchSoak(engine: Engine): AsyncGenerator<string> {
  const failovers = Number(process.env["PLUGFEST_SOAK"] ?? 100);
  const provisioner = dockerProvisioner(engine.location, systemClock);
  const files = { "lab.yaml": topologyText(LAB, NODES.length, 60), "mine.yaml": scenarioText(failovers) };
  const samples: Sample[] = [];
  const stalls: number[] = [];
  let moved = 0;
  let passed = 0;
  const others: string[] = [];
  const broken: string[] = [];
  const startMs = systemClock.now();
  await withFiles(files, async (folder) => {
    await plugfest("up", join(folder, "lab.yaml"));
    try {
      for (const node of NODES) await provisioner.connect(LAB, node).exec(["rm", "-f", SAMPLES]);
      const heapFile = join(folder, "heap.json");
      const argv = ["--expose-gc", "--import", asset("dist", "bench", "heap-on-signal.js"), asset("bin", "plugfest")];
      const what = ["run", join(folder, "mine.yaml"), "--runs", join(folder, "runs"), "--json"];
      const env = { PLUGFEST_HEAP_FILE: heapFile };
      const run = execa(process.execPath, [...argv, ...what], {
        ...{ stdin: "ignore", stderr: "inherit", reject: false, buffer: false, env },
      });
      for await (const line of run) {
        const event = JSON.parse(line) as Event;
        if (event.type === "phases") stalls.push(event.stallMs);
        if (event.type === "evidence" && event.evidence.failovers > 0) moved++;
        if (event.type === "check.finished" && event.outcome === "pass") passed++;
        else if (event.type === "check.finished") others.push(`${event.check}: ${event.outcome}: ${event.reason}`);
        if (event.type === "run.finished") broken.push(...event.verdict.reasons);
        if (event.type !== "step.finished" || !event.title.startsWith(`exec on ${NODES.at(-1) ?? ""}`)) continue;
        const pid = run.pid ?? 0;
        const { heapUsed, rss } = await liveMemory(pid, heapFile);
        samples.push({
          ...{ "plugfest: live heap, MB": heapUsed / 1e6, "plugfest: RSS, MB": rss / 1e6 },
          ...{ "plugfest: open files": openFiles(pid), "run folder, MB": folderBytes(join(folder, "runs")) / 1e6 },
          "lab: objects": (await provisioner.observe({ lab: LAB })).length,
        });
      }
      await run;
      for (const node of NODES) {
        const { stdout } = await provisioner.connect(LAB, node).exec(["cat", SAMPLES]);
        for (const [index, line] of stdout.trim().split("\n").entries()) {
          const [ctdbd = NaN, smbd = NaN, processes = NaN, opens = NaN] = line.split(" ").map(Number);
          Object.assign(samples[index] ?? {}, {
            ...{ [`${node}: ctdbd open files`]: ctdbd, [`${node}: smbd open files`]: smbd },
            ...{ [`${node}: smbd processes`]: processes, "cluster: opens": opens },
          });
        }
      }
    } finally {
      await plugfest("down", LAB);
    }
  });
  yield `${String(moved)} copies with a failover in ${seconds(systemClock.now() - startMs)}; checks: ${String(passed)} pass, ${String(others.length)} other; stall p50 ${seconds(quantile(stalls, 0.5))}, p95 ${seconds(quantile(stalls, 0.95))}`;
  yield* others;
  yield* broken.map((reason) => `the run: ${reason}`);
  yield* columns(samples);
  const grown = grownColumns(samples);
  const all = moved === failovers && others.length === 0 && broken.length === 0;
  yield grown.length === 0 && all
    ? "pass: nothing leaks"
    : `FAIL: ${[...grown, ...(all ? [] : ["a failover"])].join(", ")}`;
  if (grown.length > 0 || !all) process.exitCode = 1;
}

function openFiles(pid: number): number {
  return readdirSync(`/proc/${String(pid)}/fd`).length;
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false }))
    .reduce((sum, stat) => sum + (stat?.isFile() === true ? stat.size : 0), 0);
}
