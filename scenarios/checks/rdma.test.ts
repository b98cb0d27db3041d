import { expect, test } from "vitest";
import type { RdmaCarried } from "../../core/event.js";
import { rdma } from "./rdma.js";
import { byRdma, byTcp } from "./rdma.fixture.js";

const judge = (acked: number, carried: RdmaCarried | undefined) => rdma.judge("carried", { acked, carried });

test("a copy that RDMA carried passes, with what both ends counted", () => {
  expect(judge(64 * 2 ** 20, byRdma)).toMatchObject({
    outcome: "pass",
    reason: expect.stringContaining(
      "rxe0 of nas 900 out and 17000 in packets, 0.4 MB out and 69.0 MB in by RDMA, 0.0 MB out and 0.0 MB in by TCP",
    ) as string,
  });
});

test("one that went by TCP fails, as does one of which a device did not count enough", () => {
  expect(judge(64 * 2 ** 20, byTcp)).toMatchObject({ outcome: "fail" });
  expect(judge(128 * 2 ** 20, byRdma)).toMatchObject({ outcome: "fail" });
});

test("one end that saw it go by TCP is enough", () => {
  const [client, server] = byTcp.ends;
  const silent = { ...client!, packets: null, rdmaBytes: null, tcpBytes: null };
  expect(judge(64 * 2 ** 20, { copy: "dvd", ends: [silent, server!] }).outcome).toBe("fail");
  const [, other] = byRdma.ends;
  expect(judge(64 * 2 ** 20, { copy: "dvd", ends: [silent, other!] }).outcome).toBe("unknown");
});

test("nothing counted, or nothing copied, proves nothing", () => {
  expect(judge(64 * 2 ** 20, undefined).outcome).toBe("unknown");
  expect(judge(0, byRdma).outcome).toBe("unknown");
});
