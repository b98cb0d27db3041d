// Puts the tables that code gives into the documents, between their marks: `npm run schemas` runs this after a build.
import { readFileSync, writeFileSync } from "node:fs";
import { stepsReference } from "../dist/scenarios/reference.js";
import { topologyReference } from "../dist/topologies/reference.js";

const tables = [
  ["docs/scenario.md", "steps", stepsReference()],
  ["docs/topology.md", "fields", topologyReference()],
];

for (const [file, mark, table] of tables) {
  const text = readFileSync(file, "utf8");
  const [begin, end] = [`<!-- ${mark} -->\n\n`, `\n\n<!-- /${mark} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no marks ${begin.trim()} and ${end.trim()}`);
  writeFileSync(file, text.slice(0, from + begin.length) + table + text.slice(to));
}
