/** A block of IPv4 addresses: `first` is the network's own address as a number, `size` how many it holds. */
export interface Cidr {
  readonly first: number;
  readonly prefix: number;
  readonly size: number;
}

/** Reads `10.77.1.0/24`. Undefined for anything else; host bits are kept off, so `10.77.1.9/24` gives the same block. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = "", prefixText = "", ...rest] = text.split("/");
  const number = parseAddress(address);
  if (number === undefined || rest.length > 0 || !/^(\d|[12]\d|3[0-2])$/.test(prefixText)) return undefined;
  const prefix = Number(prefixText);
  const size = 2 ** (32 - prefix);
  return { first: number - (number % size), prefix, size };
}

/** `10.77.1.0/24`. */
export function cidrText({ first, prefix }: Cidr): string {
  return `${addressText(first)}/${String(prefix)}`;
}

/** An address as a number; undefined for what is none. Leading zeros are refused: some programs read them as octal. */
export function parseAddress(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.reduce((number, part) => number * 256 + Number(part), 0);
}

/** `10.77.1.1`. */
export function addressText(number: number): string {
  return [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => String(Math.floor(number / unit) % 256)).join(".");
}

/** Whether two blocks have an address in common. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

/** Blocks that nobody reaches over the Internet: RFC 1918, RFC 6598 (carrier-grade NAT) and RFC 2544 (benchmarks). */
const privateBlocks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "198.18.0.0/15"];

/** Whether a block is all within a range that nobody on the Internet has (RFC 1918, 6598 and 2544). */
export function isPrivate(block: Cidr): boolean {
  return privateBlocks.some((text) => {
    const outer = parseCidr(text);
    return outer !== undefined && outer.first <= block.first && block.first + block.size <= outer.first + outer.size;
  });
}
