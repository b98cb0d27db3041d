import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readEvents } from "../core/event-log.js";
import { reportHtml } from "../reports/html.js";
import type { Attachments } from "../reports/html.js";
import { junitXml } from "../reports/junit.js";
import { writeText } from "./run-folder.js";

/**
 * Writes the reports of a run next to its records, from these records alone: the same folder gives the same reports.
 * Throws a ToolError when the disk does not take them. Gives the paths.
 */
export function writeReports(folder: string): { readonly report: string; readonly junit: string } {
  const events = readEvents(join(folder, "events.jsonl"));
  writeText(folder, "junit.xml", junitXml(events));
  writeText(folder, "report.html", reportHtml(events, { logs: logsIn(folder), files: filesIn(folder) }));
  return { report: join(folder, "report.html"), junit: join(folder, "junit.xml") };
}

function logsIn(folder: string): Attachments["logs"] {
  const nodes = join(folder, "nodes");
  if (!existsSync(nodes)) return {};
  const names = readdirSync(nodes).filter((name) => name.endsWith(".log"));
  return Object.fromEntries(names.map((name) => [name.slice(0, -4), readFileSync(join(nodes, name), "utf8")]));
}

function filesIn(folder: string): Attachments["files"] {
  const read = (name: string) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : undefined;
  const topology = read("topology.json");
  const rendered = JSON.parse(read("configuration.json") ?? "{}") as Readonly<Record<string, readonly string[]>>;
  const files = Object.entries(rendered).map(([path, lines]) => [path, lines.join("\n")] as const);
  return { ...Object.fromEntries(files), ...(topology === undefined ? {} : { "topology.json": topology }) };
}
