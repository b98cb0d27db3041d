import { readFileSync } from "node:fs";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import type { Event, EventBody } from "../core/event.js";
import { readEvents } from "../core/event-log.js";
import { asset } from "../core/paths.js";
import { reportHtml } from "./html.js";
import { storyOf } from "./html/story.js";

const real = readEvents(asset("reports", "html", "real-run.fixture.jsonl"));
const nothing = { logs: {}, files: {} };
const page = reportHtml(real, nothing);
const [, body = ""] = /<body>([\s\S]*)<\/body>/.exec(page) ?? [];

const log = (...bodies: EventBody[]): Event[] =>
  bodies.map((event, seq) => ({ v: 1, seq, atMs: 1_700_000_000_000 + seq * 1000, ...event }));
const started: EventBody = {
  ...{ type: "run.started", scenario: "mine", topology: "redmond", lab: "redmond", version: "0.1.0" },
  ...{ argv: ["run", "mine"], seed: "00ff" },
};

/** Throws unless every element is closed in its turn and nothing in the text is taken for markup. */
function wellFormed(markup: string): void {
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(`<body>${markup}</body>`).close();
}

describe("the report of a real run", () => {
  it("begins with the verdict and its reasons", () => {
    const first = body.indexOf("<header");
    expect(body.indexOf("<section")).toBeGreaterThan(first);
    expect(body).toContain('<header class="pass"><h1><span class="mark pass">✓ pass</span> redmond-failover</h1>');
    const failed = real.map((event) =>
      event.type === "run.finished"
        ? { ...event, verdict: { outcome: "fail" as const, reasons: ["dvd: stall: 9 s"] } }
        : event,
    );
    expect(reportHtml(failed, nothing)).toMatch(/<header class="fail">.*✗ fail.*<li>dvd: stall: 9 s<\/li>/);
  });

  it("asks nobody for anything, and runs nothing", () => {
    expect(page).toContain("content=\"default-src 'none'; style-src 'unsafe-inline'");
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|@font-face|\bsrc=|\bhref=|https?:|\bon\w+=/i);
    expect(page.replaceAll("url(#hatch)", "")).not.toContain("url(");
  });

  it("is well-formed", () => {
    wellFormed(body);
  });

  it("shades the stall, numbers its phases and marks the fault", () => {
    const [whole = "", near = ""] = body.split("<figure>").slice(1);
    expect(whole).toContain('class="fault"');
    expect(whole).toContain("stall 476 ms");
    expect(near.match(/class="phase"/g)).toHaveLength(8);
    expect(near).toContain("<title>7 reclaim: 139 ms</title>");
  });

  it("has all phases with what ended them, and their sum", () => {
    const rows = [...body.matchAll(/data-h="phase">([^<]+)</g)].map(([, name]) => name);
    expect(rows).toEqual(["release", "takeover", "announce", "notice", "connect", "session", "reclaim", "first-write"]);
    expect(body).toContain("Together they are the stall of <b>476 ms</b>");
    expect(body).toContain("tickle ACK from node1 1465.1 ms after the fault (wire)");
  });

  it("shows which node held which address when, in words as well", () => {
    const lanes = [...body.matchAll(/class="name">(node[^<]+)<.*?class="remark">([^<]+)</g)].map(([, a, b]) => [a, b]);
    expect(lanes).toEqual([
      ["node1 10.77.2.101", "from 16.026 s"],
      ["node1 10.77.2.103", "from 11.221 s"],
      ["node2 10.77.2.101", "11.221 s to 16.026 s"],
      ["node2 disabled", "from 16.026 s"],
      ["node3 10.77.2.102", "from 11.221 s"],
    ]);
  });

  it("tells what became of the handle, in order", () => {
    const story = [...body.matchAll(/data-h="what happened">([^<]+)</g)].map(
      ([, words = ""]) => words.split(/[ ,]/)[0],
    );
    expect(story).toEqual(["connected", "opened", "lost", "SMB", "handle", "replayed", "resumed", "1.07"]);
  });

  it("has steps, faults, checks and versions", () => {
    expect(body).toContain("⚡ fault: disable node2: node2 serves dvd");
    expect(body).toContain("10.5 s healed");
    expect(body.match(/data-h="check"/g)).toHaveLength(4);
    expect(body).toContain('<td data-h="software">samba</td>');
    expect(body).toContain('<td data-h="on">node1, node2, node3</td>');
  });

  it("never takes back a byte that was acknowledged", () => {
    const acked = storyOf(real).copies[0]!.samples.map((sample) => sample.acked);
    expect(acked.length).toBeGreaterThan(100);
    expect(acked).toEqual(acked.toSorted((a, b) => a - b));
  });

  it("is the same for the same run", () => {
    expect(reportHtml(real, nothing)).toBe(page);
  });
});

describe("the report of a run with several copies and failovers", () => {
  const second = real.flatMap((event) =>
    "copy" in event && !event.copy.includes("@") ? [event, { ...event, copy: "iso", client: "desk" }] : [event],
  );
  const later = real.flatMap((event): Event[] =>
    event.type !== "phases"
      ? [event]
      : [0, 3000, 6000].map((ms) => ({
          ...event,
          stallMs: event.stallMs + ms / 1000,
          phases: event.phases.map((phase) => ({ ...phase, fromMs: phase.fromMs + ms, toMs: phase.toMs + ms })),
        })),
  );
  const inside = (made: string, id: string) => new RegExp(`<section id="${id}"[^]*?</section>`).exec(made)?.[0] ?? "";

  it("names each copy with its client, and gives each its own figures, curves, phases and story", () => {
    const made = reportHtml(second, nothing);
    expect(
      [...made.matchAll(/<h2 class="copy">(\w+) <span class="quiet">on (\w+)</g)].map(([, a, b]) => [a, b]),
    ).toEqual([
      ["dvd", "laptop"],
      ["iso", "desk"],
    ]);
    expect(made.match(/<dl class="figures">/g)).toHaveLength(2);
    const captions = [...inside(made, "throughput").matchAll(/<figcaption>(\w+):/g)].map(([, name]) => name);
    expect(captions).toEqual(["dvd", "dvd", "iso", "iso"]);
    for (const id of ["phases", "handle"]) {
      expect([...inside(made, id).matchAll(/<h3>(\w+)/g)].map(([, name]) => name)).toEqual(["dvd", "iso"]);
    }
  });

  it("tells every stall of a copy, not only the last", () => {
    const made = reportHtml(later, nothing);
    expect(made).toContain("<dt>failover stalls</dt><dd>3, at most 482 ms</dd>");
    const titles = [...inside(made, "phases").matchAll(/<h3>([^<]+)</g)].map(([, title]) => title);
    expect(titles).toEqual(["dvd: stall 1 of 3, 476 ms", "dvd: stall 2 of 3, 479 ms", "dvd: stall 3 of 3, 482 ms"]);
    expect(inside(made, "phases").match(/data-h="phase"/g)).toHaveLength(24);
    const [whole = "", ...near] = inside(made, "throughput").split("<figure>").slice(1);
    expect(whole.match(/class="stall"/g)).toHaveLength(3);
    expect(near.map((one) => one.match(/class="stall"/g)?.length)).toEqual([1, 1, 1]);
    expect(whole).toMatch(/aria-label="[^"]*476 ms[^"]*479 ms[^"]*482 ms/);
  });
});

describe("the report of a run that went wrong", () => {
  it("never passes a run that did not finish, even without any event", () => {
    for (const events of [[], log(started)]) {
      const made = reportHtml(events, nothing);
      expect(made).toMatch(/<header class="unknown">.*the run did not finish/);
      expect(made).toContain("Nothing was checked");
    }
  });

  it("tells what broke, and what to do", () => {
    const failure = {
      code: "engine/gone",
      message: "it went",
      command: "docker ps",
      exit: 1,
      stderrTail: "EOF",
      hint: "start it",
    };
    const made = reportHtml(log(started, { type: "failure", failure }), nothing);
    for (const words of ["engine/gone", "it went", "docker ps", "exit 1", "<pre>EOF</pre>", "What to do: start it"]) {
      expect(made).toContain(words);
    }
  });

  it("tells which planted defect turned a check red, and which did not", () => {
    const defects = [
      { name: "a silent re-open", result: "caught" as const, reason: "G2; expected G4" },
      { name: "a flipped byte", result: "missed" as const, reason: "all the same" },
    ];
    const proof: EventBody = { type: "check.proven", check: "dvd: grade", proven: false, reason: "green", defects };
    const made = reportHtml(log(started, proof), nothing);
    expect(made).toMatch(
      /What turns the checks red[\s\S]*unproven: green[\s\S]*a silent re-open: caught[\s\S]*a flipped byte: missed/,
    );
    expect(reportHtml(log(started), nothing)).not.toContain("What turns the checks red");
  });

  it("says of a step that did not end that it did not", () => {
    expect(reportHtml(log(started, { type: "step.started", step: "a", title: "copy" }), nothing)).toContain(
      "did not end",
    );
  });
});

describe("what others wrote into a run", () => {
  const nasty = `</pre><script>alert("1")</script> & 'b' \u0000\u001b[31m`;

  it("stays text, wherever it stands", () => {
    const granted = { durable: true, persistent: true, timeoutMs: 1, lease: nasty, oplock: nasty };
    const phase = { name: "release" as const, evidence: nasty, fromMs: 0, toMs: 5 };
    const fact = { source: "wire" as const, text: nasty, atMs: 1 };
    const made = reportHtml(
      log(
        { ...started, scenario: nasty, topology: nasty, seed: nasty, argv: [nasty], version: nasty },
        { type: "versions", versions: { [nasty]: nasty } },
        { type: "step.started", step: nasty, title: nasty },
        { type: "step.finished", step: nasty, title: nasty, outcome: "fail", reason: nasty },
        { type: "fault.started", fault: nasty, nodes: [nasty], why: nasty, serving: true },
        {
          type: "cluster.state",
          nodes: [{ node: nasty, pnn: 0, flags: [nasty] }],
          addresses: [{ address: nasty, node: nasty }],
        },
        { type: "copy.started", copy: nasty, client: "laptop", verb: "put", size: 1 },
        { type: "copy.opened", copy: nasty, clientMs: 1, path: nasty, granted },
        { type: "copy.progress", copy: nasty, clientMs: 1, acked: 1, sent: 1, longestGapMs: 0 },
        { type: "copy.progress", copy: nasty, clientMs: 1_700_000_009_000, acked: 9, sent: 9, longestGapMs: 0 },
        { type: "copy.attempt", copy: nasty, clientMs: 2, address: nasty, stage: nasty, error: nasty },
        { type: "phases", copy: nasty, phases: [phase], stallMs: 5 },
        {
          ...{ type: "evidence", copy: nasty },
          evidence: {
            ...{ grade: null, gradeReason: nasty, failovers: 0, stallMs: null, servedBefore: nasty, servedAfter: null },
            facts: [fact],
          },
        },
        { type: "check.finished", check: nasty, outcome: "fail", reason: nasty },
        { type: "note", level: "warning", text: nasty },
        { type: "failure", failure: { code: nasty, message: nasty, command: nasty, stderrTail: nasty, hint: nasty } },
        { type: "run.finished", verdict: { outcome: "fail", reasons: [nasty] }, folder: nasty },
      ),
      { logs: { [nasty]: `2023-11-14T22:13:24.000+00:00 ${nasty}` }, files: { [nasty]: nasty } },
    );
    expect(made.split("&lt;script&gt;").length).toBeGreaterThan(40);
    expect(made).not.toContain("<script");
    wellFormed(/<body>([\s\S]*)<\/body>/.exec(made)?.[1] ?? "");
  });
});

describe("the size of a report", () => {
  it("stays below 2 MB, however long the run, its logs and its messages were", () => {
    const long = "x".repeat(20_000);
    const many = (make: (index: number) => EventBody, count = 3000) => Array.from({ length: count }, (_, i) => make(i));
    const copies = many(
      (i) => ({ type: "copy.started", copy: `c${String(i)}`, client: "a", verb: "put", size: 1 }),
      20,
    );
    const events = log(
      started,
      ...copies,
      ...copies.flatMap((_, copy) =>
        many((i) => ({
          ...{ type: "copy.progress", copy: `c${String(copy)}`, clientMs: 1_700_000_000_000 + i * 200, acked: i * 1e6 },
          ...{ sent: i * 1e6, longestGapMs: 0 },
        })),
      ),
      ...many((i) => ({
        ...{ type: "phases", copy: "c0", stallMs: 5 },
        phases: Array.from({ length: 8 }, () => ({
          name: "notice" as const,
          evidence: long,
          fromMs: i * 10,
          toMs: i * 10 + 5,
        })),
      })),
      ...many((i) => ({ type: "copy.session", copy: "c0", clientMs: i, address: "10.0.0.1", port: i })),
      ...many((i) => ({ type: "check.finished", check: String(i), outcome: "fail", reason: long })),
      ...many((i) => ({ type: "step.finished", step: String(i), title: long, outcome: "fail", reason: long })),
      ...many(() => ({ type: "note", level: "info", text: long })),
      ...many(() => ({ type: "failure", failure: { code: "x/y", message: long, stderrTail: long } })),
      ...many((i) => ({ type: "versions", versions: { [`n${String(i)} samba`]: long } })),
      {
        type: "run.finished",
        verdict: { outcome: "fail", reasons: Array.from({ length: 3000 }, () => long) },
        folder: "",
      },
    );
    const logs = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`node${String(i)}`, `${long}\n`.repeat(100)]),
    );
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`/etc/${String(i)}`, long.repeat(5)]));
    const made = reportHtml(events, { logs, files });
    expect(made.length).toBeLessThan(2_000_000);
    expect(made).toContain("2900 more are in verdict.json");
  });
});

it("holds its fixture to what a real run may say in public", () => {
  const text = readFileSync(asset("reports", "html", "real-run.fixture.jsonl"), "utf8");
  expect(text.length).toBeLessThan(150_000);
  expect(text).not.toMatch(/"\//);
});
