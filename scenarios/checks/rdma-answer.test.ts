import { describe, expect, test } from "vitest";
import type { RdmaMeasured } from "../../core/event.js";
import { prove } from "../prove.js";
import { judgeRdma, rdmaDefects } from "./rdma-answer.js";

/** As two machines gave it (`plugfest run rdma-link`). */
const answered: RdmaMeasured = {
  ...{ from: "left", to: "right", network: "public" },
  ping: { answered: true, rounds: 50, ms: 571, said: "" },
  bandwidth: { verb: "write", bytes: 16 * 2 ** 20, bytesPerSecond: 15.9 * 2 ** 20, said: "" },
  ends: [
    { node: "left", device: "rxe0", state: "ACTIVE", packets: { sent: 4438, received: 595 } },
    { node: "right", device: "rxe0", state: "ACTIVE", packets: { sent: 595, received: 4438 } },
  ],
};
const cut: RdmaMeasured = {
  ...answered,
  ping: { answered: false, rounds: 50, ms: 3012, said: "exit 255: cma event RDMA_CM_EVENT_ADDR_ERROR, error -110" },
  bandwidth: null,
  ends: [
    { node: "left", device: "rxe0", state: "DOWN", packets: { sent: 0, received: 0 } },
    { node: "right", device: "rxe0", state: "ACTIVE", packets: { sent: 0, received: 0 } },
  ],
};
const wanted = { answer: true, atLeast: undefined };
const silence = { answer: false, atLeast: undefined };

describe("RDMA between two machines", () => {
  test("passes with figures, and the packets that carried it", () => {
    expect(judgeRdma(wanted, answered)).toEqual({
      outcome: "pass",
      reason:
        "50 rounds of rping in 0.57 s; write of 16.0 MiB with 15.9 MiB/s; rxe0 of left ACTIVE, 4438 packets out, 595 in; rxe0 of right ACTIVE, 595 packets out, 4438 in",
    });
  });

  test("fails below the bandwidth that was asked for", () => {
    expect(judgeRdma({ answer: true, atLeast: 20 * 2 ** 20 }, answered).outcome).toBe("fail");
  });

  test("fails when the packets cannot have carried what perftest says", () => {
    const read = { ...answered, bandwidth: { ...answered.bandwidth!, verb: "read" as const } };
    expect(judgeRdma(wanted, read)).toMatchObject({
      outcome: "fail",
      reason: expect.stringContaining("595 packets") as string,
    });
  });

  test("a link that is cut is silent, and fails where an answer was expected", () => {
    expect(judgeRdma(silence, cut)).toMatchObject({
      outcome: "pass",
      reason: expect.stringContaining("rxe0 of left DOWN") as string,
    });
    expect(judgeRdma(wanted, cut).outcome).toBe("fail");
    expect(judgeRdma(silence, answered).outcome).toBe("fail");
  });

  test("soft-iWARP, which counts nothing, is judged by the bytes of its interface", () => {
    const ends = answered.ends.map((end) => ({ ...end, packets: null, bytes: { sent: 17_500_000, received: 9000 } }));
    expect(judgeRdma(wanted, { ...answered, ends })).toMatchObject({
      outcome: "pass",
      reason: expect.stringContaining("17500000 bytes out, 9000 in") as string,
    });
    const quiet = answered.ends.map((end) => ({ ...end, packets: null, bytes: { sent: 9000, received: 9000 } }));
    expect(judgeRdma(wanted, { ...answered, ends: quiet }).outcome).toBe("fail");
    expect(judgeRdma(silence, { ...cut, ends: quiet }).outcome).toBe("fail");
  });

  test("a few rounds of rping alone are a few bytes, and not none", () => {
    const pinged = (sent: number): RdmaMeasured => ({
      ...answered,
      ping: { ...answered.ping, rounds: 3 },
      bandwidth: null,
      ends: answered.ends.map((end) => ({ ...end, packets: null, bytes: { sent, received: 900 } })),
    });
    expect(judgeRdma(wanted, pinged(900)).outcome).toBe("pass");
    expect(judgeRdma(wanted, pinged(100)).outcome).toBe("fail");
  });

  test.each([
    ["with an answer", wanted, answered],
    ["without one", silence, cut],
    [
      "by soft-iWARP",
      wanted,
      {
        ...answered,
        ends: answered.ends.map((end) => ({ ...end, packets: null, bytes: { sent: 17_500_000, received: 9000 } })),
      },
    ],
  ])("every planted defect turns it red, %s", async (_how, want, facts) => {
    const check = { judge: judgeRdma, defects: rdmaDefects };
    const judged = { check, name: "rdma", wanted: want, facts, subject: undefined, finding: judgeRdma(want, facts) };
    const proof = await prove(judged);
    expect(proof).toMatchObject({ proven: true });
    expect(proof.defects.filter(({ result }) => result === "missed")).toEqual([]);
  });
});
