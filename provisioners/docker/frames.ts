/**
 * Takes apart the engine's multiplexed stream: frames of an 8-byte header (byte 0: 1 stdout, 2 stderr; bytes 4 to 7:
 * length, big endian) and a payload, cut anywhere (Docker Engine API, "Attach to a container", stream format).
 */
export function frameReader(onFrame: (stream: "stdout" | "stderr", payload: Buffer) => void): (chunk: Buffer) => void {
  const headerBytes = 8;
  let header = Buffer.alloc(0);
  let leftBytes = 0;
  let stream: "stdout" | "stderr" = "stdout";
  return (chunk) => {
    let rest = chunk;
    while (rest.length > 0) {
      if (leftBytes === 0) {
        const missing = headerBytes - header.length;
        header = Buffer.concat([header, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (header.length < headerBytes) return;
        stream = header[0] === 2 ? "stderr" : "stdout";
        leftBytes = header.readUInt32BE(4);
        header = Buffer.alloc(0);
      } else {
        const payload = rest.subarray(0, leftBytes);
        rest = rest.subarray(payload.length);
        leftBytes -= payload.length;
        onFrame(stream, payload);
      }
    }
  };
}
