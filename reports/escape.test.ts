import { describe, expect, it } from "vitest";
import { escapeMarkup } from "./escape.js";

describe("text in markup", () => {
  it("cannot end an element or an attribute", () => {
    expect(escapeMarkup(`</p><script>"a" & 'b'`)).toBe("&lt;/p&gt;&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;");
  });

  it("keeps tabs, line ends and characters of any plane", () => {
    expect(escapeMarkup("a\tb\r\nc é 漢 🙂")).toBe("a\tb\r\nc é 漢 🙂");
  });

  it("shows a mark where XML allows no character", () => {
    expect(escapeMarkup("\u0000a\u001b[31m\ud800b\uffff")).toBe("\ufffda\ufffd[31m\ufffdb\ufffd");
  });
});
