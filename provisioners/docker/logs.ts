import type Docker from "dockerode";
import type { LogOptions } from "../provisioner.js";
import { request } from "./errors.js";
import { frameReader } from "./frames.js";

/** A container's output, both streams in the order the engine recorded them. */
export async function readLogs(docker: Docker, name: string, options: LogOptions): Promise<Buffer> {
  const { sinceMs, tailBytes, timestamps = false } = options;
  const raw = await request(`read the log of ${name}`, undefined, () =>
    docker.getContainer(name).logs({
      stdout: true,
      stderr: true,
      follow: false,
      timestamps,
      // Seconds with a fraction: the engine reads up to nine digits of it.
      ...(sinceMs === undefined ? {} : { since: (sinceMs / 1000).toFixed(3) as unknown as number }),
    }),
  );
  const chunks: Buffer[] = [];
  frameReader((_stream, payload) => chunks.push(payload))(raw);
  const log = Buffer.concat(chunks);
  return tailBytes === undefined ? log : log.subarray(Math.max(0, log.length - tailBytes));
}
