import { beforeAll, describe, expect, it } from "vitest";
import type { Observed } from "../evidence/observed.js";
import { withEvents, withWire, withoutLosses } from "../evidence/tamper.js";
import { recorded } from "./recorded.fixture.js";
import { tickle } from "./tickle.js";

let observed: Observed;
beforeAll(async () => {
  observed = await recorded();
});

const judge = (seen: Observed | undefined) => tickle.judge("sent", { observed: seen });
const suppressed = (seen: Observed) => withWire(seen, (fact) => (fact.what === "tickled" ? undefined : fact));

describe("the check of tickles", () => {
  it("passes on the tickle of the node that took the address", () => {
    const finding = judge(observed);
    expect(finding.reason).toMatch(/^tickle ACK from node2 [\d.]+ ms after it announced 10\.91\.1\.101$/);
    expect(finding.outcome).toBe("pass");
  });

  it("fails without one", () => {
    const finding = judge(suppressed(observed));
    expect(finding.reason).toMatch(
      /^no tickle ACK from node2, which announced 10\.91\.1\.101 [\d.]+ ms after node1 gave it up$/,
    );
    expect(finding.outcome).toBe("fail");
  });

  it("fails on one that the node which gave the address up sent to itself", () => {
    const own = withWire(observed, (fact) => (fact.what === "tickled" ? { ...fact, node: "node1" } : fact));
    expect(judge(own).outcome).toBe("fail");
  });

  it("is unknown where the absence proves nothing", () => {
    const { capture } = observed;
    if (capture.kind === "absent") throw new Error("the recording has a capture");
    const lossy: Observed = { ...observed, capture: { ...capture, incomplete: "3 frames were dropped" } };
    const announcedMs = capture.wire.facts.find(({ what }) => what === "announced")?.atMs ?? 0;
    const soon = withEvents(observed, (event) =>
      "clientMs" in event && event.clientMs > announcedMs + 900 ? { ...event, clientMs: announcedMs + 900 } : event,
    );
    const silent = withWire(observed, (fact) => (fact.what === "announced" ? undefined : fact));
    for (const seen of [suppressed(lossy), soon && suppressed(soon), silent, withoutLosses(observed), undefined]) {
      expect(judge(seen).outcome).toBe("unknown");
    }
  });
});
