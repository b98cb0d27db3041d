/** A piece of a line that looks the same throughout. */
export interface StyledSpan {
  readonly text: string;
  readonly column: number;
  /** One of the terminal's sixteen colours, by its number. */
  readonly color: number | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
}

type Style = Omit<StyledSpan, "text" | "column">;

const plain: Style = { color: undefined, bold: false, dim: false, inverse: false };

const SEQUENCE = new RegExp(`${String.fromCharCode(0x1b)}\\[([\\d;]*)m`);

/** Takes a line apart by its escape sequences for colours and weight (ECMA-48, SGR): all that frames have. */
export function spansOf(line: string): StyledSpan[] {
  const spans: StyledSpan[] = [];
  let style = plain;
  let column = 0;
  // Every second part is the numbers of a sequence.
  line.split(SEQUENCE).forEach((part, index) => {
    if (index % 2 === 1) {
      for (const code of part.split(";")) style = styled(style, Number(code));
    } else if (part !== "") {
      spans.push({ text: part, column, ...style });
      column += part.length;
    }
  });
  return spans;
}

function styled(style: Style, code: number): Style {
  if (code === 0) return plain;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 7 || code === 27) return { ...style, inverse: code === 7 };
  if (code === 39) return { ...style, color: undefined };
  if (code >= 30 && code <= 37) return { ...style, color: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, color: code - 90 + 8 };
  return style;
}
