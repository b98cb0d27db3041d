import { ToolError } from "../../../core/errors.js";
import { hostsOf } from "../../../nightly/hosts/hosts.js";
import type { NightlyFile } from "../../../nightly/schema.js";
import type { CliContext } from "../../context.js";
import type { LabHost } from "./lab-host.js";
import { localHost } from "./local-host.js";
import { remoteHost } from "./remote-host.js";

export interface OpenedHosts {
  readonly hosts: readonly LabHost[];
  /** What is to be said of those that could not be used. */
  readonly remarks: readonly string[];
}

/** Opens the hosts of a nightly. One that cannot be used is told; where none can, the reason is thrown. */
export async function openHosts(context: CliContext, file: NightlyFile): Promise<OpenedHosts> {
  const hosts: LabHost[] = [];
  const errors: ToolError[] = [];
  for (const host of hostsOf(file)) {
    try {
      const { ssh } = host;
      hosts.push(
        ssh === null
          ? await localHost(context, file.parallel)
          : await remoteHost({ ...host, ssh }, context, file.parallel),
      );
    } catch (error) {
      context.signal.throwIfAborted();
      if (!(error instanceof ToolError)) throw error;
      errors.push(error);
    }
  }
  const [first] = errors;
  if (hosts.length === 0 && first !== undefined) throw first;
  return { hosts, remarks: errors.map(({ failure: { message, hint } }) => `${message}; ${hint ?? ""}`) };
}
