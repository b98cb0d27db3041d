/**
 * The average that a program of perftest (ib_write_bw and its kin) tells in its table, in bytes per second. It counts the
 * processor's cycles, and says 0 where it does not find out how many of them are a second (get_cpu_mhz in its get_clock.c), as on
 * a processor that has other work meanwhile: that is no figure.
 */
export function parsePerftest(stdout: string): number | undefined {
  const lines = stdout.split("\n");
  const head = lines.findIndex((line) => line.includes("BW average[MiB/sec]"));
  const average = Number(lines[head + 1]?.trim().split(/\s+/)[3]);
  return head < 0 || !(average > 0) ? undefined : average * 2 ** 20;
}
