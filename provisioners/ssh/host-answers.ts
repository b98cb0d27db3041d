/** What a host says of itself, line by line: `found …` and `lacks …`. */
export interface HostAnswers {
  readonly found: readonly string[];
  readonly lacking: readonly string[];
}

export function readAnswers(stdout: string): HostAnswers {
  const said = (word: string) =>
    stdout.split(/\r?\n/).flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  return { found: said("found"), lacking: said("lacks") };
}

/** What lacks is a word for its sort, and what it is. */
export function sortAndName(lack: string): { readonly sort: string; readonly name: string } {
  const [sort = "", ...rest] = lack.split(" ");
  return { sort, name: rest.join(" ") };
}
