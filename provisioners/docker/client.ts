import Docker from "dockerode";

/** Where an engine listens. */
export type EngineLocation =
  | { readonly socketPath: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly tls?: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
    };

/**
 * A client of the engine at `location`, and of no other: docker-modem mixes $DOCKER_HOST into whatever it is not told,
 * so everything is told.
 */
export function engineClient(location: EngineLocation): Docker {
  const nowhere = { socketPath: undefined, host: undefined, port: undefined, username: undefined };
  if ("socketPath" in location) return new Docker({ ...nowhere, ...location, protocol: "http" });
  const { host, port, tls } = location;
  return new Docker({ ...nowhere, host, port, ...tls, protocol: tls ? "https" : "http" });
}
