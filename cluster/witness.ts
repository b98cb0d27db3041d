import { ToolError } from "../core/errors.js";
import type { Remote } from "../core/remote.js";

/** A client's registration with the witness, as `net witness` tells of it. */
export interface WitnessRegistration {
  readonly client: string;
  /** The address that the client is connected to, and watches. */
  readonly address: string;
}

const timeoutMs = 30_000;

/** All registrations in the cluster: the nodes share their database, so any of them tells. */
export async function listWitnesses(remote: Remote): Promise<WitnessRegistration[]> {
  return ask(remote, ["list"]);
}

/** Tells a client to move to another address. Gives the registrations that were told; none when it has none. */
export async function moveClient(remote: Remote, client: string, to: string): Promise<WitnessRegistration[]> {
  // The client's name is a regular expression (net(8)).
  return ask(remote, ["client-move", `--witness-client-computer-name=^${client}$`, `--witness-new-ip=${to}`]);
}

async function ask(remote: Remote, words: readonly string[]): Promise<WitnessRegistration[]> {
  const argv = ["net", "witness", ...words, "--json"];
  const { exit, stdout, stderr } = await remote.exec(argv, { timeoutMs });
  const found = exit === 0 ? registrationsIn(stdout) : undefined;
  if (found === undefined) {
    throw new ToolError({
      code: "cluster/witness-failed",
      message: `${remote.node} did not answer \`${argv.slice(0, 3).join(" ")}\` as expected`,
      command: argv.join(" "),
      exit,
      stderrTail: (stderr + stdout).slice(-2000),
      hint: "does samba-dcerpcd run on the node? the topology must say witness: true",
    });
  }
  return found;
}

/** Undefined for anything but the JSON of `net witness`. */
function registrationsIn(text: string): WitnessRegistration[] | undefined {
  try {
    const { registrations } = JSON.parse(text) as { registrations?: Record<string, Record<string, unknown>> };
    if (registrations === undefined) return undefined;
    return Object.values(registrations).map(({ client_computer_name: client, ip_address: address }) => {
      if (typeof client !== "string" || typeof address !== "string") throw new TypeError("not a registration");
      return { client, address };
    });
  } catch {
    return undefined;
  }
}
