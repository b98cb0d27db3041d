import { ToolError } from "../../core/errors.js";

/** What dockerode throws: an answer of the engine with its HTTP status, or the failure of the connection. */
interface EngineFault {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message: string;
}

/**
 * Runs one request to the engine. `what` completes the sentence "could not …". Whatever goes wrong comes out as a
 * ToolError with a hint, or as the signal's own reason when the request was aborted.
 *
 * Requests that change something are not handed the signal: the engine would carry them out all the same, unseen. They
 * end, and the next one does not begin.
 */
export async function request<T>(what: string, signal: AbortSignal | undefined, send: () => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await send();
  } catch (error) {
    signal?.throwIfAborted();
    throw engineError(what, error);
  }
}

/** As `request`, but an answer "no such object" is undefined. */
export async function requestOrAbsent<T>(
  what: string,
  signal: AbortSignal | undefined,
  send: () => Promise<T>,
): Promise<T | undefined> {
  return request(what, signal, async () => {
    try {
      return await send();
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  });
}

export function statusOf(error: unknown): number | undefined {
  return (error as EngineFault).statusCode;
}

/**
 * The engine answers with a status and a sentence. The status alone does not tell a taken subnet from a forbidden
 * operation, so the sentence decides: each fragment below stands in moby's source and has not changed since 19.03.
 */
const refusals: readonly { readonly fragment: RegExp; readonly code: string; readonly hint: string }[] = [
  {
    fragment: /pool overlaps with other one/i,
    code: "network/subnet-in-use",
    hint: "another Docker network has these addresses: `docker network ls` names it; choose another subnet in the topology",
  },
  {
    fragment: /no such image/i,
    code: "image/missing",
    hint: "the image was removed while it was needed; run the command again to build it",
  },
  {
    fragment: /no space left on device/i,
    code: "engine/no-space",
    hint: "free space on the engine's disk: `docker system df` shows what takes it, `plugfest images prune` removes old images",
  },
  {
    fragment: /unable to apply caps|operation not permitted/i,
    code: "engine/capability-refused",
    hint: "the engine may not give away the capabilities a node needs (rootless engines cannot); `plugfest doctor` tells which",
  },
  {
    fragment: /address already in use/i,
    code: "network/address-in-use",
    hint: "another container on that network holds the address; `docker network inspect` names it",
  },
];

export function engineError(what: string, error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  const fault = error as EngineFault;
  const said = fault.message.trim();
  if (fault.statusCode === undefined) return connectionError(what, fault, said);
  const refusal = refusals.find(({ fragment }) => fragment.test(said));
  const code = refusal?.code ?? (fault.statusCode === 409 ? "engine/conflict" : "engine/refused");
  const hint = refusal?.hint ?? "`plugfest doctor` checks the engine; its own log tells more";
  return new ToolError({ code, message: `could not ${what}: ${said}`, hint }, { cause: error });
}

function connectionError(what: string, fault: EngineFault, said: string): ToolError {
  if (fault.code === "EACCES" || fault.code === "EPERM") {
    const hint = "run as root or join the group `docker`, then log in again";
    return new ToolError(
      {
        code: "engine/permission",
        message: `could not ${what}: the Docker engine's socket is closed to this user`,
        hint,
      },
      { cause: fault },
    );
  }
  return new ToolError(
    {
      code: "engine/unreachable",
      message: `could not ${what}: the Docker engine does not answer (${said})`,
      hint: "is it running? `plugfest doctor` tells; once it is back, `plugfest gc` removes what was left half made",
    },
    { cause: fault },
  );
}
