/** A network of a lab as this host sees it: the bridge that machines' taps are put on. */
export interface HostNetwork {
  readonly bridge: string;
  /** Of its subnet. */
  readonly prefix: number;
}

/** Finds the bridge of a lab's network; a ToolError where there is none. */
export type FindHostNetwork = (lab: string, network: string, signal?: AbortSignal) => Promise<HostNetwork>;

/** Finds the folder of a lab's volume on this host; a ToolError where there is none. */
export type FindHostVolume = (lab: string, volume: string, signal?: AbortSignal) => Promise<string>;
