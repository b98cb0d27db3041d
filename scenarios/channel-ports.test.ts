import { describe, expect, it } from "vitest";
import type { CopyEvent } from "../core/event.js";
import { channelPorts } from "./channel-ports.js";

const common = { copy: "dvd", clientMs: 1, address: "10.90.2.101" };
const connected = (port: number): CopyEvent => ({
  ...{ type: "copy.connected", ...common, port, dialect: "3.1.1", signing: "aes-gmac" },
});
const channel = (what: "opened" | "lost", port: number): CopyEvent => ({
  ...{ type: "copy.channel", ...common, what, port, left: 2, reason: "" },
});

describe("the ports of a session's channels", () => {
  it("are none before the client is connected", () => {
    expect(channelPorts([])).toEqual([]);
  });

  it("go on without the first when that is lost", () => {
    expect(channelPorts([channel("opened", 2), channel("opened", 3), connected(1)])).toEqual([1]);
    expect(channelPorts([connected(1), channel("opened", 2), channel("opened", 3), channel("lost", 1)])).toEqual([
      2, 3,
    ]);
  });

  it("are only those of the last connection", () => {
    expect(channelPorts([connected(1), channel("opened", 2), connected(5)])).toEqual([5]);
  });
});
