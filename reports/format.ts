/** Figures as people read them: one place, so that console, dashboard and reports agree. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? String(value) : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${units[unit] ?? ""}`;
}

export function formatMs(ms: number): string {
  if (ms < 1000) return `${ms.toFixed(0)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  return `${String(Math.floor(ms / 60_000))} min ${String(Math.round((ms % 60_000) / 1000))} s`;
}

/** Megabytes per second, as copy dialogs show it; a slow copy is not one that stands still. */
export function formatRate(bytes: number, ms: number): string {
  const rate = bytes / 1000 / ms;
  return ms <= 0 ? "" : `${rate.toFixed(rate === 0 || rate >= 10 ? 0 : rate >= 1 ? 1 : 2)} MB/s`;
}

/** `[#####.....]`: readable without colour. */
export function bar(fraction: number, width: number): string {
  const full = Math.max(0, Math.min(width, Math.round(fraction * width)));
  return "█".repeat(full) + "░".repeat(width - full);
}
