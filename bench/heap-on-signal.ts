import { renameSync, writeFileSync } from "node:fs";

// Loaded into plugfest by `node --expose-gc --import`: at each SIGUSR2 all garbage is collected, and what is left is written
// to a file. Without that, growth would tell of a lazy collector as well as of a leak.
const path = process.env["PLUGFEST_HEAP_FILE"] ?? "";
process.on("SIGUSR2", () => {
  globalThis.gc?.();
  globalThis.gc?.();
  writeFileSync(`${path}.new`, JSON.stringify(process.memoryUsage()));
  renameSync(`${path}.new`, path);
});
