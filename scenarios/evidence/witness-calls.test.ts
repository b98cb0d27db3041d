import { describe, expect, it } from "vitest";
import type { TcpFrame } from "./frame.js";
import { WitnessCalls } from "./witness-calls.js";

// Recorded between python3-samba 4.22 and rpcd_witness 4.25; of the bind only what comes before the authentication.
const bind =
  "05000b0710000000c6004a0001000000d016d016000000000200000000000100" +
  "74c0d8cce5d0404a92b4d074faa6ba2801000100045d888aeb1cc9119fe808002b10486002000000";
const asked =
  "0500000310000000500010000300000018000000000003000100000" +
  "0d10b707e8ecd3044940baca735d73e64000000000000000000000000" +
  "09050c000100000001000000b69f0d0fcd77555702000000";
const told =
  "050002031000000070001000030000003800000000000000" +
  "000002000200000024000000010000000400020024000000240000000000000001000000090000000a0c0266" +
  "00000000000000000000000000000000000000000905000001000000010000009a0dcf29c081c4d602000000";
const silent = "050002031000000030001000030000000800000000000000" + "0000000002010000" + "00".repeat(24);

const frame = (fromServer: boolean, hex: string): TcpFrame => {
  const [client, server] = [
    { ip: "10.12.2.201", port: 58842 },
    { ip: "10.12.2.102", port: 49153 },
  ] as const;
  const [from, to] = fromServer ? [server, client] : [client, server];
  const payload = Buffer.from(hex, "hex");
  return {
    ...{ kind: "tcp", atMs: 1, srcMac: "a", dstMac: "b", seq: 1, ackSeq: 1, window: 1 },
    ...{ syn: false, ack: true, fin: false, rst: false },
    ...{ srcIp: from.ip, srcPort: from.port, dstIp: to.ip, dstPort: to.port },
    ...{ payload, payloadLength: payload.length },
  };
};

const read = (...frames: readonly TcpFrame[]) => {
  const calls = new WitnessCalls();
  return frames.flatMap((each) => calls.see(each) ?? []);
};

describe("calls to the witness", () => {
  it("show the notification that answers AsyncNotify, and its kind", () => {
    expect(read(frame(false, bind), frame(false, asked), frame(true, told))).toEqual(["client-move"]);
  });

  it("show no notification where the time was over", () => {
    expect(read(frame(false, bind), frame(false, asked), frame(true, silent))).toEqual([]);
  });

  it("are none where nothing was asked, where it was another call, or another interface", () => {
    expect(read(frame(false, bind), frame(true, told))).toEqual([]);
    const register = asked.replace(/^(.{44})0300/, "$10400");
    expect(read(frame(false, bind), frame(false, register), frame(true, told))).toEqual([]);
    const other = bind.replace("74c0d8cc", "0883afe1");
    expect(read(frame(false, other), frame(false, asked), frame(true, told))).toEqual([]);
  });

  it("answer once: the same bytes sent again are no second notification", () => {
    expect(read(frame(false, bind), frame(false, asked), frame(true, told), frame(true, told))).toHaveLength(1);
  });

  it("are not found in what is no call, or too short", () => {
    expect(read(frame(false, ""), frame(true, "0500"), frame(true, "00".repeat(40)))).toEqual([]);
  });
});
