import { deadline } from "../../core/clock.js";
import { engineClient, type EngineLocation } from "./client.js";

export interface EngineVersion {
  /** Such as `20.10.24+dfsg1`. */
  readonly version: string;
  /** Such as `1.41`. */
  readonly api: string;
}

/** The least API plugfest speaks: Docker 20.10's. */
export const leastApi = "1.41";

/** What an engine says of itself, or undefined when it does not answer within 5 s. */
export async function askVersion(location: EngineLocation): Promise<EngineVersion | undefined> {
  const answer = await tryVersion(location);
  return answer instanceof Error ? undefined : answer;
}

/** As `askVersion`, with the reason when there is no answer. */
export async function tryVersion(location: EngineLocation): Promise<EngineVersion | Error> {
  try {
    // dockerode takes options here too, which its types leave out.
    const client = engineClient(location);
    const ask = client.version.bind(client) as (options: object) => Promise<{ Version: string; ApiVersion: string }>;
    const answer = await ask({ abortSignal: deadline(5000) });
    return { version: answer.Version, api: answer.ApiVersion };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

export function isApiEnough(api: string): boolean {
  const [major = 0, minor = 0] = api.split(".").map(Number);
  const [needMajor = 0, needMinor = 0] = leastApi.split(".").map(Number);
  return major > needMajor || (major === needMajor && minor >= needMinor);
}
