import type { TransferVerb } from "./event.js";

const words: Readonly<Record<TransferVerb, string>> = {
  ...{ put: "write", get: "read", store: "read", rename: "rename" },
  ...{ hold: "request", files: "request", "server-copy": "request" },
};

/** What a client that does this asks for again and again, in the singular. */
export function requestWord(verb: TransferVerb = "put"): string {
  return words[verb];
}

/** So many of them. */
export function requests(count: number, verb: TransferVerb | undefined): string {
  return `${String(count)} ${requestWord(verb)}${count === 1 ? "" : "s"}`;
}
