import type Docker from "dockerode";
import { ToolError } from "../../core/errors.js";
import { runBeside } from "./beside.js";
import { request } from "./errors.js";
import { nameOf } from "./labels.js";

/**
 * Both forms of control groups, the old one's `blkio` and the new one's `io`. A limit is one of a whole disk, so that of a
 * partition is looked for; what has no disk below it, such as a tmpfs or btrfs, has number 0 for a driver.
 */
const script = `
number=$(nsenter --target 1 --mount stat --format %d "$1")
driver=$((number >> 8 & 4095)) unit=$((number & 255 | number >> 12 & 1048320))
[ "$driver" != 0 ] || { echo "$1 is on no disk" >&2; exit 1; }
disk=/sys/dev/block/$driver:$unit
[ ! -e "$disk/partition" ] || disk=$disk/..
old=/groups/blkio$(awk -F: '$2 ~ /(^|,)blkio(,|$)/ { print $3 }' /proc/1/cgroup)/blkio.throttle.write_bps_device
new=/groups$(awk -F: '$1 == 0 { print $3 }' /proc/1/cgroup)/io.max
if [ -e "$old" ]; then echo "$(cat "$disk/dev") $2" >"$old"
elif [ -e "$new" ]; then echo "$(cat "$disk/dev") wbps=$([ "$2" = 0 ] && echo max || echo "$2")" >"$new"
else echo "the engine's control groups limit no disks" >&2; exit 1
fi
`;

/**
 * Limits how fast a container writes to the disk below a folder of it. Only what goes to the disk counts: who does not
 * wait for that, by a flush or by writing synchronously, does not notice.
 */
export async function throttleWrites(
  docker: Docker,
  lab: string,
  node: string,
  path: string,
  bytesPerSecond: number | null,
): Promise<void> {
  const what = `limit the disk of ${node}`;
  const container = await request(what, undefined, () => docker.getContainer(nameOf({ lab, id: node })).inspect());
  if (!container.State.Running) {
    // What it writes when it has power again has no limit.
    if (bytesPerSecond === null) return;
    throw new ToolError({
      code: "storage/not-slow",
      message: `could not ${what}: it is off`,
      hint: "see `plugfest ls`",
    });
  }
  await runBeside(docker, container, {
    ...{ reach: "storage", what, script, args: [path, String(Math.round(bytesPerSecond ?? 0))] },
    refusal: { code: "storage/not-slow", hint: "the storage must be on a disk that the engine's control groups know" },
  });
}
