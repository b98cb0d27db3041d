import type { ArpFrame, Frame, TcpFrame } from "./frame.js";
import type { WireEvidence, WireFact, WireSource } from "./facts.js";
import { readCreateRequest, readCreateResponse } from "./smb-create.js";
import type { CreateRequest } from "./smb-create.js";
import { readNegotiateResponse } from "./smb-negotiate.js";
import { openMessage } from "./smb-encryption.js";
import { COMMAND, SmbStream } from "./smb-message.js";
import type { OpaqueMessage, SmbMessage } from "./smb-message.js";
import type { SessionKeys } from "./session-keys.js";
import { WitnessCalls } from "./witness-calls.js";

const SMB_PORT = 445;
/** CTDB builds its tickle ACKs with sequence number 0 and window 1234 (ctdb/common/system_socket.c). */
const TICKLE_WINDOW = 1234;
const STATUS_PENDING = 0x00000103;

/** One TCP connection of the client with the cluster. */
interface Connection {
  readonly port: number;
  readonly toServer: SmbStream;
  readonly toClient: SmbStream;
  readonly creates: Map<bigint, { readonly request: CreateRequest; readonly atMs: number }>;
  /** Whether what was encrypted on it could be read so far; undefined while nothing was. */
  readable: boolean | undefined;
  acknowledged: boolean;
  closed: boolean;
}

/**
 * Folds frames, in the order in which they were captured, into facts about failover. `nodeOfMac` maps the MAC address
 * of each node's interface on the public network to the node's name; `keys` are those of encrypted sessions.
 */
export class WireReader {
  readonly #nodeOfMac: ReadonlyMap<string, string>;
  readonly #keys: ReadonlyMap<bigint, SessionKeys>;
  readonly #connections = new Map<string, Connection>();
  readonly #opened = new Set<string>();
  readonly #facts: WireFact[] = [];
  readonly #witness = new WitnessCalls();
  #frames = 0;
  #messages = 0;

  constructor(nodeOfMac: ReadonlyMap<string, string>, keys: ReadonlyMap<bigint, SessionKeys> = new Map()) {
    this.#nodeOfMac = nodeOfMac;
    this.#keys = keys;
  }

  see(frame: Frame): void {
    this.#frames += 1;
    if (frame.kind === "arp") this.#seeArp(frame);
    else if (frame.kind === "tcp") this.#seeTcp(frame);
  }

  evidence(): WireEvidence {
    return { facts: this.#facts, frames: this.#frames, messages: this.#messages };
  }

  #source(atMs: number, address: string, mac: string): WireSource {
    return { atMs, address, mac, node: this.#nodeOfMac.get(mac) ?? null };
  }

  /** An announcement names the same address as sender and target (RFC 5227), as a request or as a reply. */
  #seeArp({ atMs, senderIp, targetIp, senderMac }: ArpFrame): void {
    if (senderIp !== targetIp) return;
    this.#facts.push({ what: "announced", ...this.#source(atMs, senderIp, senderMac) });
  }

  #seeTcp(frame: TcpFrame): void {
    const fromServer = frame.srcPort === SMB_PORT;
    if (!fromServer && frame.dstPort !== SMB_PORT) {
      this.#seeWitness(frame);
      return;
    }
    const address = fromServer ? frame.srcIp : frame.dstIp;
    const port = fromServer ? frame.dstPort : frame.srcPort;
    const source = this.#source(frame.atMs, address, fromServer ? frame.srcMac : frame.dstMac);
    if (fromServer && frame.seq === 0 && frame.window === TICKLE_WINDOW && frame.ack && !frame.syn) {
      this.#facts.push({ what: "tickled", ...source, port });
      return;
    }
    if (frame.rst) {
      this.#facts.push({ what: "reset", ...source, port, by: fromServer ? "server" : "client" });
      return;
    }
    const key = `${address}/${fromServer ? frame.dstIp : frame.srcIp}:${String(port)}`;
    if (frame.syn && !fromServer) this.#connections.delete(key);
    if (frame.syn && fromServer) this.#facts.push({ what: "connected", ...source, port });
    const connection = this.#connection(key, port);
    if (frame.fin && !connection.closed) {
      connection.closed = true;
      this.#facts.push({ what: "closed", ...source, port, by: fromServer ? "server" : "client" });
    }
    for (const message of (fromServer ? connection.toClient : connection.toServer).read(frame)) {
      this.#messages += 1;
      if (message.kind === "smb2") this.#seeMessage(message, connection, source);
      else this.#seeOpaque(message, connection, source, fromServer ? "server" : "client");
    }
  }

  #seeMessage(message: SmbMessage, connection: Connection, source: WireSource): void {
    if (message.response) this.#seeResponse(message, connection, source);
    else this.#seeRequest(message, connection, source);
  }

  #seeWitness(frame: TcpFrame): void {
    const kind = this.#witness.see(frame);
    if (kind !== undefined) {
      this.#facts.push({ what: "notified", ...this.#source(frame.atMs, frame.srcIp, frame.srcMac), kind });
    }
  }

  #connection(key: string, port: number): Connection {
    const known = this.#connections.get(key);
    if (known !== undefined) return known;
    const made: Connection = {
      port,
      toServer: new SmbStream(),
      toClient: new SmbStream(),
      creates: new Map(),
      readable: undefined,
      acknowledged: false,
      closed: false,
    };
    this.#connections.set(key, made);
    return made;
  }

  /** Said once, and once more where what could be read no longer can. */
  #seeOpaque(message: OpaqueMessage, connection: Connection, source: WireSource, by: "client" | "server"): void {
    if (message.kind !== "encrypted") return;
    const inside = openMessage(message, by, this.#keys);
    const readable = inside !== undefined;
    if (connection.readable === undefined || (connection.readable && !readable)) {
      this.#facts.push({ what: "encrypted", ...source, port: connection.port, readable });
      connection.readable = readable;
    }
    for (const one of inside ?? []) this.#seeMessage(one, connection, source);
  }

  #seeRequest(message: SmbMessage, connection: Connection, source: WireSource): void {
    if (message.command === COMMAND.create) {
      const request = readCreateRequest(message);
      if (request !== undefined) connection.creates.set(message.messageId, { request, atMs: source.atMs });
    } else if (message.command === COMMAND.write && message.replay) {
      const { channelSequence } = message;
      this.#facts.push({ what: "replayed", ...source, port: connection.port, channelSequence });
    }
  }

  #seeResponse(message: SmbMessage, connection: Connection, source: WireSource): void {
    if (message.status === STATUS_PENDING) return;
    if (message.command === COMMAND.create) this.#seeCreated(message, connection, source);
    else if (message.status !== 0) return;
    else if (message.command === COMMAND.negotiate) {
      const agreed = readNegotiateResponse(message);
      if (agreed !== undefined) this.#facts.push({ what: "negotiated", ...source, port: connection.port, ...agreed });
    } else if (message.command === COMMAND.sessionSetup) {
      this.#facts.push({ what: "session", ...source, port: connection.port });
    } else if (message.command === COMMAND.write && !connection.acknowledged) {
      connection.acknowledged = true;
      this.#facts.push({ what: "first-write", ...source, port: connection.port });
    }
  }

  #seeCreated(message: SmbMessage, connection: Connection, source: WireSource): void {
    const asked = connection.creates.get(message.messageId);
    if (asked === undefined) return;
    connection.creates.delete(message.messageId);
    const { request, atMs: requestMs } = asked;
    const { port } = connection;
    const path = request.path.replaceAll("\\", "/");
    const { status } = message;
    const answer = status === 0 ? readCreateResponse(message) : undefined;
    const handle =
      answer === undefined
        ? null
        : { fileId: answer.fileId.persistent, oplock: answer.oplockLevel, lease: answer.leaseState };
    const wish = request.durable;
    if (wish?.context === "DH2C" || wish?.context === "DHnC") {
      const persistent = wish.context === "DH2C" && wish.persistent;
      const fileId = wish.fileId.persistent;
      this.#facts.push({
        what: "reclaimed",
        ...source,
        port,
        path,
        how: wish.context,
        persistent,
        status,
        requestMs,
        fileId,
        handle,
      });
      return;
    }
    // A kernel's client looks at attributes by a CREATE of their own: that is no handle of the file.
    if (!request.ofContent) return;
    const granted = answer?.granted ?? null;
    const again = this.#opened.has(path);
    if (status === 0) this.#opened.add(path);
    this.#facts.push({ what: "opened", ...source, port, path, status, again, granted, handle });
  }
}
