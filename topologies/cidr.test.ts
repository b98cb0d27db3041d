import fc from "fast-check";
import { expect, test } from "vitest";
import { addressText, cidrText, isPrivate, overlaps, parseAddress, parseCidr } from "./cidr.js";

const cidr = (text: string) => {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new Error(`not a CIDR: ${text}`);
  return parsed;
};
const anyCidr = fc
  .tuple(fc.nat({ max: 2 ** 32 - 1 }), fc.nat({ max: 32 }))
  .map(([number, prefix]) => cidr(`${addressText(number)}/${String(prefix)}`));

test("a CIDR gives its block, whichever of its addresses names it", () => {
  expect(cidr("10.77.1.0/24")).toEqual({ first: parseAddress("10.77.1.0"), prefix: 24, size: 256 });
  expect(cidrText(cidr("10.77.1.9/24"))).toBe("10.77.1.0/24");
  expect(cidrText(cidr("255.255.255.255/32"))).toBe("255.255.255.255/32");
});

test.each([
  "10.77.1.0",
  "10.77.1.0/33",
  "10.77.1/24",
  "10.77.1.256/24",
  "10.077.1.0/24",
  "10.77.1.0/24/1",
  "",
  "a.b.c.d/8",
])("%j is not a CIDR", (text) => {
  expect(parseCidr(text)).toBeUndefined();
});

test("addresses survive being numbers", () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 32 - 1 }), (number) => {
      expect(parseAddress(addressText(number))).toBe(number);
    }),
  );
});

test("two blocks overlap when one holds the other's first address", () => {
  fc.assert(
    fc.property(anyCidr, anyCidr, (a, b) => {
      const holds = (outer: typeof a, inner: typeof a) =>
        outer.first <= inner.first && inner.first < outer.first + outer.size;
      expect(overlaps(a, b)).toBe(holds(a, b) || holds(b, a));
    }),
  );
});

test.each([
  ["10.77.1.0/24", true],
  ["172.31.0.0/16", true],
  ["172.32.0.0/16", false],
  ["192.168.0.0/15", false],
  ["8.8.8.0/24", false],
])("whether %s is private: %s", (text, expected) => {
  expect(isPrivate(cidr(text))).toBe(expected);
});
