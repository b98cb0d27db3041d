/** The average that a program of perftest (ib_write_bw and its kin) tells in its table, in bytes per second. */
export function parsePerftest(stdout: string): number | undefined {
  const lines = stdout.split("\n");
  const head = lines.findIndex((line) => line.includes("BW average[MiB/sec]"));
  const average = Number(lines[head + 1]?.trim().split(/\s+/)[3]);
  return head < 0 || !Number.isFinite(average) ? undefined : average * 2 ** 20;
}
