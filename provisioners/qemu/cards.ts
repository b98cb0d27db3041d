import type { Clock } from "../../core/clock.js";
import { z } from "zod";
import { ToolError } from "../../core/errors.js";
import { poll } from "../../core/poll.js";
import type { Remote } from "../../core/remote.js";
import { linkDevice } from "./command-line.js";
import { indexOf, type LinkOf, ofWindows } from "./links.js";
import { refuseLink } from "../no-link.js";
import { qmp } from "./qmp.js";

const devices = z.array(z.looseObject({ name: z.string() }));

/** The guest's driver must let go of its card before QEMU takes it away. */
const letGoWithinMs = 60_000;

/**
 * Takes the card of a link out of a running machine, or puts it in again. The guest's interface goes with it and comes back
 * bare: it gets what it had at the machine's start.
 */
export async function fitCard(of: LinkOf, remote: Remote, clock: Clock, fitted: boolean): Promise<void> {
  const index = await indexOf(of);
  // What a machine gets with its power is whole.
  if (index === undefined) return fitted ? undefined : refuseLink(of.endpoint, "it is off");
  if (of.record.system === "windows") return fitted ? undefined : refuseLink(of.endpoint, ofWindows);
  if ((await hasCard(of, index)) === fitted) return;
  const { folder, record } = of;
  if (!fitted) {
    await qmp(folder, record.node, { execute: "device_del", arguments: { id: `nic-link${String(index)}` } });
    const gone = async () => ((await hasCard(of, index)) ? undefined : true);
    if (await poll(gone, { clock, everyMs: 50, withinMs: letGoWithinMs })) return;
    return refuseLink(of.endpoint, "the machine's kernel does not let go of its card");
  }
  const { device, netdev } = linkDevice(index, record.links[index]?.mac ?? "");
  await qmp(folder, record.node, { execute: "device_add", arguments: { ...device, netdev } });
  const own = `eth${String(index)}`;
  const { exit, stderr } = await remote.exec(["sh", "-euc", configure, "sh", own, record.links[index]?.mac ?? ""], {
    timeoutMs: 60_000,
  });
  if (exit === 0) return;
  throw new ToolError({
    ...{ code: "network/refused", message: `the card of ${of.endpoint.node} is in, and could not be set up`, exit },
    ...{ stderrTail: stderr.slice(-2000), hint: "`plugfest logs` shows the machine's console" },
  });
}

async function hasCard({ folder, record }: LinkOf, index: number): Promise<boolean> {
  const [answer] = await qmp(folder, record.node, {
    execute: "qom-list",
    arguments: { path: "/machine/peripheral" },
  });
  return devices.parse(answer).some(({ name }) => name === `nic-link${String(index)}`);
}

/** What images/machine/init did with that interface when the machine booted. A new card has the lowest free name. */
const configure = `own=$1 mac=$2
  while :; do
    for card in /sys/class/net/*; do
      read -r address <"$card/address" || continue
      [ "$address" != "$mac" ] || break 2
    done
    sleep 0.05
  done
  card=\${card##*/}
  [ "$card" = "$own" ] || ip link set "$card" name "$own"
  grep -w "$own" /etc/plugfest/links | ip -batch -
  while read -r kind name device; do
    [ "$device" != "$own" ] || rdma link show "$name/1" >/dev/null 2>&1 || rdma link add "$name" type "$kind" netdev "$device"
  done </etc/plugfest/rdma`;
