import type { TcpFrame } from "./frame.js";

/** ccd8c074-d0e5-4a40-92b4-d074faa6ba28 as it is on the wire: the witness interface ([MS-SWN] 1.9). */
const INTERFACE = Buffer.from("74c0d8cce5d0404a92b4d074faa6ba28", "hex");
const REQUEST = 0;
const RESPONSE = 2;
const BIND = 11;
const ASYNC_NOTIFY = 3;
/** witness_notifyResponse_type ([MS-SWN] 2.2.2.4). */
const KINDS = ["", "resource-change", "client-move", "share-move", "ip-change"];

/**
 * Finds the answers to AsyncNotify among the calls of DCE/RPC over TCP (C706, 12.6). Calls are small: each begins and
 * ends with its segment. They are signed and not sealed, so that their content is plain.
 */
export class WitnessCalls {
  /** Connections that were bound to the witness interface, with the AsyncNotify calls that wait for an answer. */
  readonly #connections = new Map<string, Set<number>>();

  /** The kind of the notification that this frame brings, if it brings one. */
  see({ srcIp, srcPort, dstIp, dstPort, payload: pdu }: TcpFrame): string | undefined {
    // Version 5.0; numbers are little-endian, as Samba and Windows send them.
    if (pdu.length < 24 || pdu.readUInt16BE(0) !== 0x0500 || (pdu.readUInt8(4) & 0xf0) !== 0x10) return undefined;
    const type = pdu.readUInt8(2);
    const call = pdu.readUInt32LE(12);
    const asked = `${srcIp}:${String(srcPort)}>${dstIp}:${String(dstPort)}`;
    if (type === BIND && pdu.subarray(32, 48).equals(INTERFACE)) this.#connections.set(asked, new Set());
    else if (type === REQUEST && pdu.readUInt16LE(22) === ASYNC_NOTIFY) this.#connections.get(asked)?.add(call);
    else if (type === RESPONSE) {
      const waiting = this.#connections.get(`${dstIp}:${String(dstPort)}>${srcIp}:${String(srcPort)}`);
      // The pointer to the notification is null when there is none: the time was over, or the registration is.
      if (waiting?.delete(call) === true && pdu.length >= 32 && pdu.readUInt32LE(24) !== 0) {
        return KINDS[pdu.readUInt32LE(28)] ?? "unknown";
      }
    }
    return undefined;
  }
}
