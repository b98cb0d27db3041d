import { freemem } from "node:os";
import type { NightlyFile } from "../schema.js";
import type { Room } from "./at-once.js";

/** The rest is for what else the host does, and for the cache of what labs have on disk. */
const SHARE = 0.75;

/** The room for the labs of a night. Of an engine elsewhere nobody here knows the memory. */
export function roomFor({ parallel }: Pick<NightlyFile, "parallel">, isHere: boolean): Room {
  return { labs: parallel, memoryBytes: isHere ? SHARE * freemem() : null };
}
