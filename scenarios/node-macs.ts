import { ToolError } from "../core/errors.js";
import { interfaceAddresses } from "./interface-addresses.js";
import type { RunContext } from "./scenario.js";

/** MAC address of each node's interface on the public network: on the wire, it tells who answers for an address. */
export async function nodeMacs(context: RunContext): Promise<Map<string, string>> {
  const pairs = await Promise.all(
    context.spec.nodes.map(async ({ name, publicAddress }) => {
      const has = await interfaceAddresses(context.remote(name), context.signal);
      const mac = has.find(({ addresses }) => addresses.includes(publicAddress))?.mac;
      if (mac === undefined) {
        throw new ToolError({
          code: "node/no-public-interface",
          message: `${name} has no interface with its public address ${publicAddress}`,
          command: "ip -json address",
          hint: "the node's network was changed from outside; run `plugfest up` again",
        });
      }
      return [mac, name] as const;
    }),
  );
  return new Map(pairs);
}
