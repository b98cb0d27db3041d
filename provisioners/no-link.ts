import { ToolError } from "../core/errors.js";
import type { Endpoint } from "./provisioner.js";

/** Refuses to change a link, and says why. */
export function refuseLink({ node, network }: Endpoint, why: string): never {
  throw new ToolError({
    code: "network/no-link",
    message: `the link ${node}/${network} cannot be changed: ${why}`,
    hint: "see `plugfest ls` for what runs",
  });
}
