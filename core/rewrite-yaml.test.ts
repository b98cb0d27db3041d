import { expect, test } from "vitest";
import { rewriteYaml } from "./rewrite-yaml.js";

const text = `# mine
name: rough # as it was
steps:
  - copy: { id: dvd }
    during:
      # here it gets rough
      - at: { copy: dvd, progress: 5% }
        nemesis:
          over: 30s
  - expect: { copy: dvd }
`;

test("other values take their places, remarks go before everything, and all else stays", () => {
  const value = { down: 2, schedule: [{ after: "1.5s", for: "2s", kill: { process: "smbd", on: "node1" } }] };
  const path = ["steps", 0, "during", 0, "nemesis"];
  expect(
    rewriteYaml(
      text,
      [
        { path, value },
        { path: ["name"], value: "smooth" },
      ],
      ["made", "by hand"],
    ),
  ).toBe(`# made
# by hand

# mine
name: smooth # as it was
steps:
  - copy: { id: dvd }
    during:
      # here it gets rough
      - at: { copy: dvd, progress: 5% }
        nemesis:
          down: 2
          schedule:
            - { after: 1.5s, for: 2s, kill: { process: smbd, on: node1 } }
  - expect: { copy: dvd }
`);
});

test("an empty list is written as one", () => {
  expect(rewriteYaml("a: 1\n", [{ path: ["a"], value: { schedule: [] } }], [])).toBe("a:\n  schedule: []\n");
});
