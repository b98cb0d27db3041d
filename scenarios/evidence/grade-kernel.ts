import type { Grade } from "../../core/event.js";
import type { Servers } from "./servers.js";
import type { WireMatch } from "./wire-match.js";

interface Graded {
  readonly grade: Grade | null;
  readonly reason: string;
}

/**
 * The grade of a loss that an operating system's own client went through. It hides from its programs how the file was had
 * back, so the wire alone tells, between the last acknowledgement before the loss and the first one after it.
 */
export function gradeKernel(
  { opened, reclaimed, refused, first }: WireMatch,
  { before, after }: Servers,
  unseen: string,
): Graded {
  if (opened !== undefined && opened.atMs > (reclaimed?.atMs ?? -Infinity)) {
    const why =
      refused === undefined ? "it asked for none back" : `${refused.how} was refused with ${hex(refused.status)}`;
    return { grade: "G2", reason: `a new handle from ${opened.node ?? after ?? "an unknown node"}: ${why} (wire)` };
  }
  if (reclaimed === undefined) return none(`the capture shows neither a reclaim nor a new handle${unseen}`);
  const { how, node, mac, persistent, port, address } = reclaimed;
  if (node === null) return none(`the reclaim was answered by ${mac}, which is no node's MAC address`);
  const again = before === node ? ", which served before as well," : "";
  const answered = `${how} answered with success by ${node}${again} at ${address} (client port ${String(port)}; wire)`;
  if (!persistent) return { grade: "G3", reason: answered };
  if (first?.granted === undefined) return none(`${answered} with the persistent flag; the open was not captured`);
  return first.granted?.persistent === true
    ? { grade: "G4", reason: `${answered} with the persistent flag; persistence granted` }
    : none(`${answered} with the persistent flag, yet the capture shows that no persistence was granted`);
}

function none(reason: string): Graded {
  return { grade: null, reason };
}

function hex(status: number): string {
  return `0x${status.toString(16).padStart(8, "0").toUpperCase()}`;
}
