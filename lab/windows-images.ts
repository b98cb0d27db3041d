import { ToolError } from "../core/errors.js";
import { suggest } from "../core/suggest.js";
import {
  listWindowsImages,
  windowsCalled,
  windowsImageCalled,
  windowsTag,
} from "../images/windows-image/windows-store.js";
import type { ClientSpec, LabSpec } from "../topologies/spec.js";

/** Nobody makes it but its user. */
export interface AddedWindows {
  readonly windows: true;
  readonly tag: string;
}

/** The Windows that a client starts from: the one that it names, or the one that was added last. */
export function addedWindows({ image }: Pick<ClientSpec, "image">, stateFolder: string): AddedWindows {
  return { windows: true, tag: findFor(image, stateFolder)?.tag ?? windowsTag("none-added") };
}

/** Clients that are to start from a Windows that this host does not have. */
export interface LackingWindows {
  readonly clients: readonly string[];
  /** The name that they call it by; null where any would do. */
  readonly image: string | null;
  readonly message: string;
  readonly hint: string;
}

/** What a lab lacks of Windows, each with the clients that it is for. */
export function lackingWindows({ clients }: LabSpec, stateFolder: string): LackingWindows[] {
  const lacking = clients.filter(
    ({ kind, runtime, image }) => kind === "windows" && runtime === "qemu" && findFor(image, stateFolder) === undefined,
  );
  return [...new Set(lacking.map(({ image }) => image))].map((image) => {
    const names = lacking.filter((client) => client.image === image).map(({ name }) => name);
    return { clients: names, image, ...inWords(image, stateFolder) };
  });
}

/** Refuses a lab with such clients, before anything of it is made. */
export function refuseLackingWindows(spec: LabSpec, stateFolder: string): void {
  const lacking = lackingWindows(spec, stateFolder);
  if (lacking.length === 0) return;
  const [first] = lacking;
  throw new ToolError({
    code: first?.image === null ? "image/no-windows-added" : "image/no-such-windows",
    message: `lab ${spec.name} cannot start ${lacking.map(({ clients, message }) => `${clients.join(", ")}: ${message}`).join("; ")}`,
    hint: [...new Set(lacking.map(({ hint }) => hint))].join("; "),
  });
}

function findFor(image: string | null, stateFolder: string) {
  return image === null ? listWindowsImages(stateFolder)[0] : windowsImageCalled(stateFolder, image);
}

const otherWays =
  "or --qcow2 with a disk that has one, or runtime: ssh for a host that is there already (docs/windows.md)";

function inWords(image: string | null, stateFolder: string): Pick<LackingWindows, "message" | "hint"> {
  if (image === null) {
    const hint = `plugfest images add windows --iso Win11.iso; ${otherWays}`;
    return { message: "no Windows was added yet", hint };
  }
  const there = listWindowsImages(stateFolder).map(windowsCalled);
  const near = suggest(image, there);
  const adding = `plugfest images add windows --name ${image} --iso Win11.iso; ${otherWays}`;
  return {
    message: `no Windows is called "${image}" here; there ${there.length === 0 ? "is none" : `is ${there.join(", ")}`}`,
    hint: near === undefined ? adding : `did you mean "${near}"? If not: ${adding}`,
  };
}
