import type { CaptureEvidence } from "./facts.js";
import { decodeFrame } from "./frame.js";
import { readPcap } from "./pcap.js";
import type { SessionKeys } from "./session-keys.js";
import { WireReader } from "./wire.js";

export interface ReadWireOptions {
  /** The capture's files, oldest first. */
  readonly files: readonly string[];
  /** The node of each MAC address on the public network. */
  readonly nodeOfMac: ReadonlyMap<string, string>;
  /** The keys of encrypted sessions. */
  readonly keys?: ReadonlyMap<bigint, SessionKeys>;
  /** Why the capture is known to be incomplete or to have failed, as its own end said; null when it is not. */
  readonly incomplete: string | null;
}

/**
 * What a capture shows. A capture without a single frame is absent, with its reason, for nothing can follow from it;
 * one that is cut off or lost frames keeps what it shows and says what it may lack.
 */
export async function readWire({ files, nodeOfMac, keys, incomplete }: ReadWireOptions): Promise<CaptureEvidence> {
  const reader = new WireReader(nodeOfMac, keys);
  const lacks = incomplete === null ? [] : [incomplete];
  for (const file of files) {
    const problem = await readPcap(file, (record) => {
      reader.see(decodeFrame(record));
    });
    if (problem !== undefined) lacks.push(problem.message);
  }
  const wire = reader.evidence();
  if (wire.frames === 0) {
    return { kind: "absent", reason: lacks.length > 0 ? lacks.join("; ") : "the capture holds no frame" };
  }
  return { kind: "wire", wire, incomplete: lacks.length > 0 ? lacks.join("; ") : null };
}
