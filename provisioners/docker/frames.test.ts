import { expect, test } from "vitest";
import { frameReader } from "./frames.js";

const frame = (stream: 1 | 2, text: string) => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(text.length, 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

test("frames come out whole however the stream is cut", () => {
  const wire = Buffer.concat([frame(1, "hello"), frame(2, "warning"), frame(1, ""), frame(1, " world")]);
  for (let size = 1; size <= wire.length; size++) {
    const seen = { stdout: "", stderr: "" };
    const read = frameReader((stream, payload) => {
      seen[stream] += payload.toString();
    });
    for (let at = 0; at < wire.length; at += size) read(wire.subarray(at, at + size));
    expect(seen).toEqual({ stdout: "hello world", stderr: "warning" });
  }
});
