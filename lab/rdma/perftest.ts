/** What a program of perftest (ib_write_bw and its kin) tells in its table. */
export interface PerftestTable {
  /** How many messages went over. */
  readonly messages: number;
  /**
   * The average, in bytes. It counts the processor's cycles, and says 0 where it does not find out how many of them are a
   * second (get_cpu_mhz in its get_clock.c), as on an emulated processor whose host has other work: that is null here.
   */
  readonly perSecond: number | null;
}

/** Undefined where there is no such table. */
export function parsePerftest(stdout: string): PerftestTable | undefined {
  const lines = stdout.split("\n");
  const head = lines.findIndex((line) => line.includes("BW average[MiB/sec]"));
  const [, messages = NaN, , average = NaN] = lines[head + 1]?.trim().split(/\s+/).map(Number) ?? [];
  if (head < 0 || !Number.isFinite(messages) || !Number.isFinite(average)) return undefined;
  return { messages, perSecond: average > 0 ? average * 2 ** 20 : null };
}
