import { randomBytes } from "node:crypto";
import type Docker from "dockerode";
import { ToolError } from "../../core/errors.js";
import { imageLabel } from "../../images/labels.js";
import type { Administer } from "../qemu/administer.js";
import { runOnce } from "./beside.js";
import { request } from "./errors.js";
import { label, labelsOf } from "./labels.js";

/** Has the engine administer the networks of its host, in a container that exists for that moment. */
export function administerByEngine(docker: Docker): Administer {
  return async ({ what, script, args, stamp }) => {
    const id = `beside-${randomBytes(4).toString("hex")}`;
    const { lab } = stamp;
    // No part of the lab, but found with it.
    const labels = labelsOf({ kind: "marker", id: `machine/${id}`, lab, dependsOn: [] }, stamp);
    await runOnce(docker, {
      ...{ lab, id, what, script, args },
      labels: { ...labels, [label.kind]: "machine", [label.node]: id },
      image: await anyImage(docker, what),
      reach: {
        ...{ NetworkMode: "host", CapAdd: ["NET_ADMIN"] },
        Devices: [{ PathOnHost: "/dev/net/tun", PathInContainer: "/dev/net/tun", CgroupPermissions: "rwm" }],
      },
    });
  };
}

/**
 * One of plugfest's: all nodes and clients have iproute2. The layers of a build that was cut off have the label of its
 * image as well, and may be without; only what was finished has a tag.
 */
async function anyImage(docker: Docker, what: string): Promise<string> {
  const filters = { label: [imageLabel], dangling: ["false"] };
  const images = await request(what, undefined, () => docker.listImages({ filters }));
  const found = images.find(({ Labels }) => ["node", "client"].includes(Labels[imageLabel] ?? ""));
  if (found !== undefined) return found.Id;
  throw new ToolError({
    code: "image/missing",
    message: `could not ${what}: the engine has no image of plugfest's to do it in`,
    hint: "`plugfest up` builds one; or run plugfest as root",
  });
}
