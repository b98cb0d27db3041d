import type { Remote } from "../core/remote.js";
import type { ClientSpec, Profile } from "../topologies/spec.js";
import type { Client } from "./client.js";
import { runProgram } from "./program.js";

/** How a handle is asked for, by the profile of the cluster: a persistent one needs a lease, Samba refuses oplocks there. */
const handleOf: Record<Profile, { readonly handle: string; readonly caching: string }> = {
  persistent: { handle: "persistent", caching: "lease" },
  durable: { handle: "durable", caching: "lease" },
  none: { handle: "durable", caching: "lease" },
};

/** The user-space SMB3 client: a container with plugfest's own client program. */
export function smb3Client(machine: Remote, { signing }: Pick<ClientSpec, "signing">): Client {
  const module = "plugfest_smb3";
  const hash = ["md5", "sha256"];
  return {
    name: machine.node,
    put: ({ copy, share, path, payload, addresses, profile, marks, rate }, observe) =>
      runProgram(machine, {
        module,
        argv: [],
        copy,
        verb: "put",
        observe,
        job: {
          verb: "put",
          addresses,
          share,
          path,
          size: payload.sizeBytes,
          seed: payload.seed,
          run: payload.run,
          generation: 1,
          ...handleOf[profile],
          signing,
          marks: marks.map(({ id, atByte }) => ({ id, at: atByte })),
          rate,
          hash,
        },
      }),
    get: ({ copy, share, path, payload, from, address }, observe) =>
      runProgram(machine, {
        module,
        argv: [],
        copy,
        verb: "get",
        from,
        observe,
        job: {
          verb: "get",
          addresses: [address],
          share,
          path,
          size: payload.sizeBytes,
          seed: payload.seed,
          run: payload.run,
          generation: 1,
          signing,
          hash,
        },
      }),
  };
}
