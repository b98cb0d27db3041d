import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { asset } from "../core/paths.js";
import { readTopology } from "./load.js";
import { topologyReference } from "./reference.js";
import { refusedOptions } from "./smb-conf-options.js";

const text = readFileSync(asset("docs", "topology.md"), "utf8");

describe("docs/topology.md", () => {
  test("has the table of fields that the schema gives", () => {
    const [, table] = /<!-- fields -->\n\n([\s\S]*?)\n\n<!-- \/fields -->/.exec(text) ?? [];
    expect(table).toBe(topologyReference());
  });

  const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml ?? "");
  test.each(examples.filter((yaml) => /^name:/m.test(yaml) && yaml.includes("cluster:")))(
    "has whole examples that load: %#",
    (yaml) => {
      expect(readTopology("docs/topology.md", yaml, { knownSamba: ["4.24", "4.25"] }).warnings).toEqual([]);
    },
  );

  test("names every smb.conf option that is refused", () => {
    for (const option of refusedOptions) expect(text).toContain(`\`${option}\``);
  });
});
