import type { Clock } from "../../core/clock.js";
import type { Emit } from "../../core/event-log.js";
import type { Remote } from "../../core/remote.js";
import type { LabSpec } from "../../topologies/spec.js";
import type { Probe } from "../probe.js";
import { type RdmaDevice, rdmaDevices } from "./devices.js";
import { linkState } from "./link-state.js";
import { measureRdma } from "./measure.js";

export interface RdmaProbeOptions {
  readonly connect: (node: string) => Remote;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Whether all RDMA devices are active, and the first one of each sort on a network answers all others; tells how fast they are. */
export function rdmaWorks(lab: LabSpec, { connect, clock, emit, signal }: RdmaProbeOptions): Probe {
  const devices = rdmaDevices(lab);
  const firstOf = ({ kind, network }: RdmaDevice) =>
    devices.find((device) => device.kind === kind && device.network === network);
  const waiting = new Set(devices.filter((device) => firstOf(device) !== device));
  const inactive = async (device: RdmaDevice) => {
    const { state } = await linkState(connect(device.node), device, signal);
    return state === "ACTIVE"
      ? undefined
      : { node: device.node, detail: `${device.device} of ${device.node} is ${state ?? "not there"}` };
  };
  return {
    name: "RDMA between all machines",
    ...{ everyMs: 500, withinMs: 60_000 },
    hint: "the machine's console (`plugfest logs`) tells when its kernel lacks the module",
    ask: async () => {
      const [missing] = (await Promise.all(devices.map(inactive))).filter((one) => one !== undefined);
      if (missing !== undefined) return missing;
      for (const from of waiting) {
        const to = firstOf(from);
        if (to === undefined) continue;
        const bandwidth = { verb: "write", messages: 100, bytes: 65_536 } as const;
        const how = { from, to, connect, clock, rounds: 10, answerWithinMs: 20_000, bandwidth, signal };
        const measured = await measureRdma(how);
        emit({ type: "rdma.measured", ...measured });
        if (!measured.ping.answered) {
          return { node: from.node, detail: `${to.node} does not answer ${from.node}: ${measured.ping.said}` };
        }
        waiting.delete(from);
      }
      return undefined;
    },
  };
}
