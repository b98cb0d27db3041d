import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ToolError } from "../core/errors.js";
import { parseAddressInterfaces, parseAddresses, parseStatus, parseTickles } from "./state.js";

/** What a real cluster printed to a command, from a transcript in fixtures/. */
function printed(samba: string, command: string): string {
  const transcript = readFileSync(new URL(`fixtures/${samba}.txt`, import.meta.url), "utf8");
  const found = transcript.split(/^\$ /m).find((part) => part.startsWith(`${command}\n`));
  if (found === undefined) throw new Error(`no ${command} in the transcript of ${samba}`);
  return found.slice(command.length + 1);
}

const flagsOf = (output: string) => parseStatus(output).map(({ flags }) => flags);

describe.each(["4.17", "4.22", "4.24", "4.25"])("the output of CTDB of Samba %s", (samba) => {
  test("tells the nodes, their addresses and which one was asked", () => {
    expect(parseStatus(printed(samba, "ctdb -X status"))).toEqual([
      { pnn: 0, privateAddress: "10.89.1.11", flags: [], asked: true },
      { pnn: 1, privateAddress: "10.89.1.12", flags: [], asked: false },
      { pnn: 2, privateAddress: "10.89.1.13", flags: [], asked: false },
    ]);
  });

  test("tells a disabled node", () => {
    const nodes = parseStatus(printed(samba, "ctdb -X status # one node disabled, asked itself"));
    expect(nodes.filter(({ flags }) => flags.length > 0)).toMatchObject([{ flags: ["Disabled"], asked: true }]);
  });

  test("tells stopped, killed and banned nodes", () => {
    expect(flagsOf(printed(samba, "ctdb -X status # node 1 stopped, node 2 killed"))).toEqual([
      [],
      ["Stopped", "Inactive"],
      ["Disconnected", "Unhealthy", "Inactive"],
    ]);
    expect(flagsOf(printed(samba, "ctdb -X status # node 1 banned"))[1]).toContain("Banned");
  });

  test("tells one node alone, too", () => {
    expect(parseStatus(printed(samba, "ctdb -X nodestatus"))).toHaveLength(1);
  });

  test("tells who holds which address", () => {
    const addresses = parseAddresses(printed(samba, "ctdb -X ip all"));
    expect(addresses.map(({ address }) => address)).toEqual(["10.89.2.101", "10.89.2.102", "10.89.2.103"]);
    expect(addresses.map(({ pnn }) => pnn).sort()).toEqual([0, 1, 2]);
  });

  test("tells the interfaces of the addresses", () => {
    const [first] = parseAddressInterfaces(printed(samba, "ctdb -X -v ip all"));
    expect(first).toMatchObject({ address: "10.89.2.101", configured: ["eth1"], available: ["eth1"] });
  });

  test("tells the connections that will be tickled", () => {
    expect(parseTickles(printed(samba, "ctdb -X gettickles 10.89.2.101"))).toContainEqual({
      ...{ source: "10.89.2.200", sourcePort: expect.any(Number) as number },
      ...{ destination: "10.89.2.101", destinationPort: 445 },
    });
  });
});

test("an address that nobody holds has no holder", () => {
  expect(parseAddresses("|Public IP|Node|\n|10.0.0.1|-1|\n")).toEqual([{ address: "10.0.0.1", pnn: null }]);
});

test("no public addresses are an empty list", () => {
  expect(parseAddresses("|Public IP|Node|\n")).toEqual([]);
});

const header = "|Node|IP|Disconnected|Unknown|Banned|Disabled|Unhealthy|Stopped|Inactive|PartiallyOnline|ThisNode|\n";

test.each([
  ["nothing", ""],
  ["words", "connect() failed, errno=2\nFailed to connect to CTDB daemon\n"],
  ["a column more", `${header.trimEnd()}Drained|\n|0|10.0.0.1|0|0|0|0|0|0|0|0|Y|0|\n`],
  ["columns in another order", header.replace("|Banned|Disabled|", "|Disabled|Banned|")],
  ["a row cut off", `${header}|0|10.0.0.1|0|0|0\n`],
  ["a flag that is no bit", `${header}|0|10.0.0.1|0|0|2|0|0|0|0|0|Y|\n`],
  ["a number that is none", `${header}|x|10.0.0.1|0|0|0|0|0|0|0|0|Y|\n`],
  ["an address that is none", `${header}|0|node one|0|0|0|0|0|0|0|0|Y|\n`],
])("%s in place of a table is an error of the testbed, never a guess", (_name, output) => {
  expect(() => parseStatus(output)).toThrow(ToolError);
});
