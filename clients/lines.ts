/** Cuts a byte stream into lines of text; `end` gives back what was left without a line break. */
export function lineSplitter(onLine: (line: string) => void): { push(chunk: Buffer): void; end(): string } {
  const decoder = new TextDecoder();
  let rest = "";
  return {
    push(chunk) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) if (line !== "") onLine(line);
    },
    end: () => rest,
  };
}
