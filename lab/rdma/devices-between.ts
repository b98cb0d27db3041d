import type { RdmaDevice } from "./devices.js";

/** Two devices on one network. */
export interface RdmaPair {
  readonly from: RdmaDevice;
  readonly to: RdmaDevice;
}

/** The devices that a word means: a machine, such as `node1`, or one of its links, such as `node1/private`. */
export function devicesNamed(devices: readonly RdmaDevice[], word: string): RdmaDevice[] {
  return devices.filter(({ node, network }) => word === node || word === `${node}/${network}`);
}

/** What two such words can mean together. */
export function pairsBetween(devices: readonly RdmaDevice[], from: string, to: string): RdmaPair[] {
  const others = devicesNamed(devices, to);
  return devicesNamed(devices, from).flatMap((one) =>
    others.filter(({ network }) => network === one.network).map((other) => ({ from: one, to: other })),
  );
}
