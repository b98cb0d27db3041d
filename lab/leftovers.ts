import type { Remote } from "../core/remote.js";

/** A machine's own address on a network. */
export interface OwnAddress {
  readonly network: string;
  readonly address: string;
}

/** What a fault leaves of itself in a machine whose run was killed before it healed it. */
export type Leftover =
  | { readonly what: "unplugged" | "ejected" | "shaped"; readonly network: string }
  | { readonly what: "blocked"; readonly network: string; readonly address: string }
  | { readonly what: "ctdbd-frozen" | "ctdbd-gone" | "smbd-gone" | "storage-full" | "storage-slow" | "lock-lost" };

/**
 * Each argument is a link, `<network>=<own address>`. A link whose card is out has no device, one has no carrier when its cable is out, a queue of ours when it
 * is limited, and knows peers for good when what it sends them gets lost. A client has neither CTDB nor Samba, and a node
 * whose CTDB is not up yet will start Samba by itself.
 */
const script = (mount: string) => `
for link; do
  network=\${link%%=*}
  device=$(ip -o -4 addr show to "\${link#*=}" | awk '{ print $2; exit }')
  [ "$device" ] || { echo "ejected $network"; continue; }
  [ "$(cat "/sys/class/net/$device/carrier")" = 1 ] || echo "unplugged $network"
  case $(tc qdisc show dev "$device" root) in *tbf*|*netem*) echo "shaped $network" ;; esac
  ip neigh show nud permanent dev "$device" | while read -r peer rest; do echo "blocked $network $peer"; done
done
command -v ctdbd >/dev/null || exit 0
[ ! -e "${mount}/.ctdb/ballast" ] || echo storage-full
limits=$(cat /sys/fs/cgroup/blkio/blkio.throttle.write_bps_device /sys/fs/cgroup/io.max 2>/dev/null)
case $limits in *" "[0-9]*|*wbps=[0-9]*) echo storage-slow ;; esac
[ ! -e "${mount}/.ctdb/lock.lost" ] || echo lock-lost
pid=$(pidof -s ctdbd) || { echo ctdbd-gone; exit 0; }
case $(cat "/proc/$pid/stat") in *") T "*) echo ctdbd-frozen; exit 0 ;; esac
[ "$(timeout 2 ctdb runstate)" != RUNNING ] || pidof smbd >/dev/null || echo smbd-gone
`;

/** Asks a machine for what was left in it. One that cannot be asked tells nothing: whether it is well is another's question. */
export async function leftoversOf(
  remote: Remote,
  {
    links,
    mount,
    withinMs,
  }: { readonly links: readonly OwnAddress[]; readonly mount: string; readonly withinMs: number },
  signal?: AbortSignal,
): Promise<Leftover[]> {
  const args = links.map(({ network, address }) => `${network}=${address}`);
  const { exit, stdout } = await remote.exec(["sh", "-uc", script(mount), "sh", ...args], {
    ...{ timeoutMs: withinMs },
    ...(signal && { signal }),
  });
  return exit === 0 ? stdout.split("\n").flatMap(parse) : [];
}

function parse(line: string): Leftover[] {
  const [what = "", network = "", address = ""] = line.split(" ");
  switch (what) {
    case "unplugged":
    case "ejected":
    case "shaped":
      return [{ what, network }];
    case "blocked":
      return [{ what, network, address }];
    case "ctdbd-frozen":
    case "ctdbd-gone":
    case "smbd-gone":
    case "storage-full":
    case "storage-slow":
    case "lock-lost":
      return [{ what }];
    default:
      return [];
  }
}
