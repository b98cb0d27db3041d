import type { Grade } from "../../core/event.js";

/** What was done by hand, in the words of a scenario: the arguments as the language writes them. */
export type Deed =
  | { readonly is: "copy"; readonly args: CopyWritten; readonly during: readonly TimedDeed[]; readonly seen: Seen }
  | { readonly is: "step"; readonly verb: string; readonly args: unknown };

export interface CopyWritten {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly size: string;
  readonly rate?: string;
}

/** A step at the byte that the copy had got to. */
export interface TimedDeed {
  readonly bytes: number;
  readonly verb: string;
  readonly args: unknown;
}

/** What came of a copy: what a repetition is expected to show. */
export interface Seen {
  readonly failovers: number | undefined;
  readonly grade: Grade | undefined;
}

/** The deeds as a scenario file, with what was seen as its expectations. */
export function scenarioOf(name: string, topology: string, deeds: readonly Deed[]): string {
  const steps = deeds.flatMap(stepLines);
  return [
    "# Made by hand on the dashboard.",
    `name: ${flow(name)}`,
    `topology: ${flow(topology)}`,
    "steps:",
    ...(steps.length > 0 ? steps : ["  - until: { cluster: healthy, within: 30s }"]),
    "always:",
    "  - enable: all",
    "",
  ].join("\n");
}

function stepLines(deed: Deed): string[] {
  switch (deed.is) {
    case "step":
      return [`  - ${deed.verb}: ${flow(deed.args)}`];
    case "copy": {
      const { args, during, seen } = deed;
      const block = during.flatMap(({ bytes, verb, args: inner }) => [
        `      - at: ${flow({ copy: args.id, bytes: `${String(Math.max(1, bytes))}B` })}`,
        `        ${verb}: ${flow(inner)}`,
      ]);
      const { failovers, grade } = seen;
      const expected = {
        ...{ copy: args.id, content: "identical" },
        ...(failovers === undefined || during.length === 0 ? {} : { failovers }),
        ...(grade === undefined || during.length === 0 ? {} : { grade }),
      };
      return [
        `  - copy: ${flow(args)}`,
        ...(block.length === 0 ? [] : ["    during:", ...block]),
        "  - until: { cluster: healthy, within: 60s }",
        `  - expect: ${flow(expected)}`,
      ];
    }
  }
}

/** A value on one line, as YAML's flow style has it; JSON where a bare word would be read as something else. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([key, inner]) => `${key}: ${flow(inner)}`);
    return `{ ${fields.join(", ")} }`;
  }
  if (typeof value === "string" && /^[A-Za-z./][\w./()-]*$|^[\d.]+[A-Za-z]+$/.test(value)) return value;
  return JSON.stringify(value);
}
