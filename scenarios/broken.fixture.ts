/** Scenarios that are wrong in one way each. `seenBy` says who sees it: an editor with the JSON Schema does not see all. */
export interface BrokenScenario {
  readonly what: string;
  readonly text: string;
  readonly seenBy: "schema" | "check";
  /** Code, line and column of the one complaint. */
  readonly code: string;
  readonly at: readonly [line: number, column: number];
  /** Something the message or its hint says. */
  readonly says: string;
}

const copy = "  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 1GB }\n";

const file = (rest: string) => `name: broken\ntopology: redmond\nsteps:\n${rest}`;

export const brokenScenarios: readonly BrokenScenario[] = [
  {
    what: "an unknown verb",
    text: file("  - disabel: node1\n"),
    seenBy: "schema",
    code: "scenario/unknown-field",
    at: [4, 5],
    says: 'did you mean "disable"?',
  },
  {
    what: "an unknown field",
    text: `${file(copy)}allways: []\n`,
    seenBy: "schema",
    code: "scenario/unknown-field",
    at: [5, 1],
    says: 'did you mean "always"?',
  },
  {
    what: "a scenario without steps",
    text: "name: broken\ntopology: redmond\nsteps: []\n",
    seenBy: "schema",
    code: "scenario/out-of-range",
    at: [3, 8],
    says: "steps",
  },
  {
    what: "a name with capitals",
    text: "name: Broken\ntopology: redmond\nsteps:\n  - disable: node1\n",
    seenBy: "schema",
    code: "scenario/wrong-value",
    at: [1, 7],
    says: "lower-case",
  },
  {
    what: "a grade that does not exist",
    text: `${file(copy)}  - expect: { copy: dvd, grade: G9 }\n`,
    seenBy: "schema",
    code: "scenario/wrong-value",
    at: [5, 33],
    says: "G4",
  },
  {
    what: "a step with two verbs",
    text: file("  - disable: node1\n    enable: node2\n"),
    seenBy: "check",
    code: "scenario/wrong-value",
    at: [4, 5],
    says: "a step has one verb, not 2",
  },
  {
    what: "a size that is none",
    text: file("  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: big }\n"),
    seenBy: "check",
    code: "scenario/wrong-value",
    at: [4, 59],
    says: "big",
  },
  {
    what: "a block at a step that is no workload",
    text: file("  - disable: node1\n    during: []\n"),
    seenBy: "check",
    code: "scenario/wrong-value",
    at: [5, 13],
    says: "only a workload has a `during` block: copy",
  },
  {
    what: "a moment by progress and bytes at once",
    text: `${file(copy)}    during:\n      - at: { copy: dvd, progress: 40%, bytes: 1MB }\n        disable: node1\n`,
    seenBy: "check",
    code: "scenario/wrong-value",
    at: [6, 13],
    says: "either `progress` or `bytes`",
  },
  {
    what: "an unknown client",
    text: file("  - copy: { id: dvd, from: laptpo, to: dvd/dvd.iso, size: 1GB }\n"),
    seenBy: "check",
    code: "scenario/unknown-client",
    at: [4, 28],
    says: 'did you mean "laptop"?',
  },
  {
    what: "an unknown share",
    text: file("  - copy: { id: dvd, from: laptop, to: cd/dvd.iso, size: 1GB }\n"),
    seenBy: "check",
    code: "scenario/unknown-share",
    at: [4, 40],
    says: 'no share "cd"',
  },
  {
    what: "an unknown node",
    text: file("  - disable: nod1\n"),
    seenBy: "check",
    code: "scenario/unknown-node",
    at: [4, 14],
    says: 'did you mean "node1"?',
  },
  {
    what: "an unknown node in a list",
    text: file("  - disable: [node1, node9]\n"),
    seenBy: "check",
    code: "scenario/unknown-node",
    at: [4, 22],
    says: 'no node "node9"',
  },
  {
    what: "the server of a copy that comes later",
    text: file(`  - disable: serving(dvd)\n${copy}`),
    seenBy: "check",
    code: "scenario/unknown-copy",
    at: [4, 14],
    says: 'no copy "dvd"',
  },
  {
    what: "two copies of one id",
    text: file(copy + copy),
    seenBy: "check",
    code: "scenario/duplicate-copy",
    at: [5, 17],
    says: "exists already",
  },
  {
    what: "an expectation of nothing",
    text: `${file(copy)}  - expect: { copy: dvd }\n`,
    seenBy: "check",
    code: "scenario/expects-nothing",
    at: [5, 13],
    says: "add one of failovers",
  },
  {
    what: "an expectation of a copy that does not say of which",
    text: `${file(copy)}  - expect: { grade: G4, content: identical }\n`,
    seenBy: "check",
    code: "scenario/expects-of-no-copy",
    at: [5, 13],
    says: "grade, content need a copy",
  },
  {
    what: "a grade for other profiles only",
    text: `${file(copy)}  - expect: { copy: dvd, grade: { durable: G3 } }\n`,
    seenBy: "check",
    code: "scenario/no-grade",
    at: [5, 33],
    says: 'profile "persistent"',
  },
  {
    what: "a block that watches another copy",
    text: `${file(copy)}    during:\n      - at: { copy: cd, progress: 40% }\n        disable: node1\n`,
    seenBy: "check",
    code: "scenario/other-copy",
    at: [6, 21],
    says: "write copy: dvd",
  },
  {
    what: "a moment beyond the end of the copy",
    text: `${file(copy)}    during:\n      - at: { copy: dvd, bytes: 1GB }\n        disable: node1\n`,
    seenBy: "check",
    code: "scenario/beyond-the-copy",
    at: [6, 33],
    says: "never comes",
  },
  {
    what: "a ban of an unknown node",
    text: file("  - ban: { nodes: node7 }\n"),
    seenBy: "check",
    code: "scenario/unknown-node",
    at: [4, 19],
    says: "node7",
  },
  {
    what: "a kill of smbd nowhere",
    text: file("  - kill: { process: smbd }\n"),
    seenBy: "check",
    code: "scenario/wrong-value",
    at: [4, 11],
    says: "either `on` or `of`",
  },
  {
    what: "a kill on an unknown node",
    text: file("  - kill: { process: smbd, on: [node1, node7] }\n"),
    seenBy: "check",
    code: "scenario/unknown-node",
    at: [4, 40],
    says: "node7",
  },
  {
    what: "a kill of an unknown copy's smbd",
    text: file("  - kill: { process: smbd, of: dvd }\n"),
    seenBy: "check",
    code: "scenario/unknown-copy",
    at: [4, 32],
    says: "no copy",
  },
];
