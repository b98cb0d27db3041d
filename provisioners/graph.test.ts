import { expect, test } from "vitest";
import { type GraphItem, type GraphOptions, runGraph } from "./graph.js";

const items: GraphItem[] = [
  { id: "lab", dependsOn: ["a", "b"] },
  { id: "a", dependsOn: ["net"] },
  { id: "b", dependsOn: ["net"] },
  { id: "net", dependsOn: ["elsewhere"] },
];

/** Runs with a log of beginnings and ends; an item ends when all that could begin has begun. */
async function record(options: Partial<GraphOptions>, failing: readonly string[] = []) {
  const log: string[] = [];
  const outcome = await runGraph(
    items,
    async ({ id }) => {
      log.push(`+${id}`);
      await Promise.resolve();
      log.push(`-${id}`);
      if (failing.includes(id)) throw new Error(id);
    },
    { limit: 8, onFailure: "stop", ...options },
  ).then(
    () => "done",
    (error: unknown) => error,
  );
  return { log: log.join(" "), outcome };
}

test("each item waits for those it depends on, and for nobody else", async () => {
  expect(await record({})).toEqual({ log: "+net -net +a +b -a -b +lab -lab", outcome: "done" });
});

test("no more than the limit are worked on at a time", async () => {
  expect((await record({ limit: 1 })).log).toBe("+net -net +a -a +b -b +lab -lab");
});

test("after a failure nothing more begins, and what was begun is waited for", async () => {
  const { log, outcome } = await record({}, ["a"]);
  expect(log).toBe("+net -net +a +b -a -b");
  expect(outcome).toEqual(new Error("a"));
});

test("carrying on does all that does not depend on what failed", async () => {
  const { log, outcome } = await record({ limit: 1, onFailure: "carry-on" }, ["a", "b"]);
  expect(log).toBe("+net -net +a -a +b -b");
  expect((outcome as AggregateError).errors).toEqual([new Error("a"), new Error("b")]);
});

test("an aborted run begins nothing more and ends with the reason", async () => {
  const reason = new Error("enough");
  expect(await record({ signal: AbortSignal.abort(reason) })).toEqual({ log: "", outcome: reason });
});

test("items that wait for each other are a bug, not a hang", async () => {
  const circle = [
    { id: "a", dependsOn: ["b"] },
    { id: "b", dependsOn: ["a"] },
  ];
  const run = runGraph(circle, () => Promise.resolve(), { limit: 1, onFailure: "stop" });
  await expect(run).rejects.toThrow("wait for each other: a, b");
});
