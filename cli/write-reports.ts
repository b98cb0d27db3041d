import { join } from "node:path";
import { readEvents } from "../core/event-log.js";
import { junitXml } from "../reports/junit.js";
import { writeText } from "./run-folder.js";

/**
 * Writes the reports of a run next to its records, from these records alone: the same folder gives the same reports.
 * Throws a ToolError when the disk does not take them. Gives the paths.
 */
export function writeReports(folder: string): { readonly junit: string } {
  const events = readEvents(join(folder, "events.jsonl"));
  writeText(folder, "junit.xml", junitXml(events));
  return { junit: join(folder, "junit.xml") };
}
