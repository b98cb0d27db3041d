import { z } from "zod";
import { ToolError } from "../core/errors.js";
import type { Remote } from "../core/remote.js";

/** What `ip -json address` prints, as far as it is needed (ip-address(8)). */
const interfaces = z.array(
  z.object({ address: z.string().optional(), addr_info: z.array(z.object({ local: z.string().optional() })) }),
);

/** One interface of a machine: its MAC address, where it has one, and its IP addresses. */
export interface Interface {
  readonly mac: string | undefined;
  readonly addresses: readonly string[];
}

/** What a machine's kernel has on its interfaces. Throws a ToolError when it does not say. */
export async function interfaceAddresses(machine: Remote, signal: AbortSignal): Promise<Interface[]> {
  const said = await machine.exec(["ip", "-json", "address"], { signal, timeoutMs: 10_000 });
  const found = parse(said.stdout);
  if (found === undefined) {
    throw new ToolError({
      code: "node/no-addresses",
      message: `${machine.node} did not say which addresses it has`,
      command: "ip -json address",
      exit: said.exit,
      stderrTail: said.stderr,
      hint: "`plugfest logs` tells what became of the machine",
    });
  }
  return found.map(({ address, addr_info }) => ({
    mac: address?.toLowerCase(),
    addresses: addr_info.flatMap(({ local }) => local ?? []),
  }));
}

function parse(text: string): z.infer<typeof interfaces> | undefined {
  try {
    return interfaces.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
