import { z } from "zod";
import { ToolError } from "../core/errors.js";
import type { RunContext } from "./scenario.js";

/** What `ip -json address` prints, as far as it is needed (ip-address(8)). */
const interfaces = z.array(
  z.object({ address: z.string().optional(), addr_info: z.array(z.object({ local: z.string().optional() })) }),
);

/** MAC address of each node's interface on the public network: on the wire, it tells who answers for an address. */
export async function nodeMacs(context: RunContext): Promise<Map<string, string>> {
  const pairs = await Promise.all(
    context.spec.nodes.map(async ({ name, publicAddress }) => {
      const said = await context.remote(name).exec(["ip", "-json", "address"], { signal: context.signal });
      const found = interfacesOf(said.stdout)?.find((one) =>
        one.addr_info.some(({ local }) => local === publicAddress),
      );
      if (found?.address === undefined) {
        throw new ToolError({
          code: "node/no-public-interface",
          message: `${name} has no interface with its public address ${publicAddress}`,
          command: "ip -json address",
          exit: said.exit,
          stderrTail: said.stderr,
          hint: "the node's network was changed from outside; run `plugfest up` again",
        });
      }
      return [found.address.toLowerCase(), name] as const;
    }),
  );
  return new Map(pairs);
}

function interfacesOf(text: string): z.infer<typeof interfaces> | undefined {
  try {
    return interfaces.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
