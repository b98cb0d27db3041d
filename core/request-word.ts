import type { TransferVerb } from "./event.js";

/** What a client asks for again and again while it does this, in the singular. */
export function requestWord(verb: TransferVerb | undefined): "write" | "read" | "request" {
  if (verb === "hold") return "request";
  return verb === "get" || verb === "store" ? "read" : "write";
}
