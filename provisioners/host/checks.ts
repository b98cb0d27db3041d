import { acceleration } from "../qemu/kvm.js";
import { findFirmware } from "../qemu/windows/firmware.js";
import type { HostProbes } from "./probes.js";

/** One thing plugfest needs of this host, and whether it is there. */
export interface HostCheck {
  readonly name: string;
  /** `limited`: plugfest works, with the restriction that `detail` names. */
  readonly status: "ok" | "limited" | "missing";
  readonly detail: string;
  readonly hint?: string;
  /** Debian packages that would cure it. */
  readonly packages: readonly string[];
}

const gigabyte = 1e9;
/** A 4.7 GB copy, the images, and what bootstrapping needs in between. */
const diskNeeded = 9 * gigabyte;
/** Eight nodes of about 100 MB, a client, and the page cache that keeps the copy going. */
const memoryNeeded = 3 * gigabyte;
const leastNode = [20, 10] as const;

export async function checkHost(probes: HostProbes, stateFolder: string): Promise<HostCheck[]> {
  const engine = await checkEngine(probes);
  return [
    checkNode(probes),
    checkSystem(probes),
    engine.check,
    ...(engine.isLocal ? await checkKernel(probes) : []),
    await checkBaseImages(probes),
    ...(await checkMachines(probes)),
    checkWindowsClient(probes),
    checkWindowsMachines(probes),
    checkDisk(probes, stateFolder),
    checkMemory(probes),
  ];
}

/** Debian or one of its children, where packages have the names plugfest knows. */
export function isDebianLike({ osRelease }: HostProbes): boolean {
  return [osRelease["ID"], ...(osRelease["ID_LIKE"] ?? "").split(" ")].includes("debian");
}

function ok(name: string, detail: string): HostCheck {
  return { name, status: "ok", detail, packages: [] };
}

function checkNode({ nodeVersion }: HostProbes): HostCheck {
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  if (major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])) return ok("node", nodeVersion);
  const hint = `install Node.js ${leastNode.join(".")} or later (https://nodejs.org)`;
  return { name: "node", status: "missing", detail: `${nodeVersion} is too old`, hint, packages: [] };
}

function checkSystem(probes: HostProbes): HostCheck {
  const system = probes.osRelease["PRETTY_NAME"] ?? "an unknown system";
  const who = probes.isRoot ? "as root" : "not as root";
  if (isDebianLike(probes) && probes.isRoot) return ok("system", `${system}, ${who}`);
  const hint =
    "missing packages must be installed by hand: `plugfest doctor --fix` does it on Debian and Ubuntu as root";
  return { name: "system", status: "limited", detail: `${system}, ${who}`, hint, packages: [] };
}

async function checkEngine(probes: HostProbes): Promise<{ check: HostCheck; isLocal: boolean }> {
  const found = await probes.engine();
  if ("title" in found) return { check: ok("engine", `${found.version} at ${found.title}`), isLocal: found.isLocal };
  const hasDockerd = probes.hasProgram("dockerd");
  if (found.code === "engine/none" && hasDockerd && probes.isRoot) {
    return { check: ok("engine", "none runs; plugfest starts one of its own when it needs it"), isLocal: true };
  }
  const isInstallable = !hasDockerd && ["engine/no-dockerd", "engine/none"].includes(found.code);
  const hint = isInstallable ? "install Docker (Debian's package docker.io)" : found.hint;
  const check: HostCheck = {
    name: "engine",
    status: "missing",
    detail: found.message,
    ...(hint !== undefined && { hint }),
    // A named engine that does not answer is not cured by another one.
    packages: isInstallable ? ["docker.io", "iproute2"] : [],
  };
  return { check, isLocal: true };
}

async function checkKernel(probes: HostProbes): Promise<HostCheck[]> {
  const devices = (["bridge", "veth"] as const).map(async (kind): Promise<HostCheck> => {
    const name = `kernel: ${kind}`;
    if (!probes.hasProgram("ip")) {
      return { name, status: "limited", detail: "not checked: iproute2 is not installed", packages: ["iproute2"] };
    }
    const makes = await probes.makesDevice(kind);
    if (makes === undefined)
      return { name, status: "limited", detail: "not checked: this user may not try", packages: [] };
    if (makes) return ok(name, "yes");
    const hint = `labs are networks of bridges and veth pairs: load the module (modprobe ${kind})`;
    return { name, status: "missing", detail: "no", hint, packages: [] };
  });
  const fileSystems = ["overlay", "tmpfs"].map((fileSystem): HostCheck => {
    const name = `kernel: ${fileSystem}`;
    if (probes.knowsFileSystem(fileSystem)) return ok(name, "yes");
    const hint = `load the module (modprobe ${fileSystem}); without overlay images take far more time and disk`;
    return { name, status: fileSystem === "overlay" ? "limited" : "missing", detail: "no", hint, packages: [] };
  });
  return [...(await Promise.all(devices)), ...fileSystems, checkNetem(probes)];
}

/** Only scenarios that delay, lose or damage packets need it. */
function checkNetem({ kernel: { netem } }: HostProbes): HostCheck {
  const name = "kernel: netem";
  if (netem === true) return ok(name, "yes");
  const detail =
    netem === false ? "no: scenarios cannot `impair` links" : "not known: nothing tells what it was built with";
  const hint = "for that, boot a kernel with CONFIG_NET_SCH_NETEM (Debian's and Ubuntu's: linux-modules-extra)";
  return { name, status: "limited", detail, ...(netem === false ? { hint } : {}), packages: [] };
}

async function checkBaseImages(probes: HostProbes): Promise<HostCheck> {
  const name = "base images";
  if (probes.hasProgram("mmdebstrap")) return ok(name, "from a registry, or with mmdebstrap from the Debian mirror");
  if (await probes.registryAnswers()) return ok(name, "from a registry");
  return {
    name,
    status: "missing",
    detail: "no registry answers, and mmdebstrap is not installed",
    hint: "install mmdebstrap and debian-archive-keyring",
    packages: ["mmdebstrap", "debian-archive-keyring"],
  };
}

/** Only topologies with virtual machines need it. */
async function checkMachines(probes: HostProbes): Promise<HostCheck[]> {
  const lack = lackOfMachines(probes);
  const how = acceleration(probes.lackOfKvm(), await probes.knownAccelerator());
  const hasThem = lack === undefined;
  return [
    lack ?? checkQemu(await probes.qemuVersion(), how),
    checkKernelClient(probes, hasThem),
    checkRdma(probes, hasThem),
  ];
}

/** With older ones emulated guests were seen to panic under RDMA. */
const wantedQemu = 10;

function checkQemu(said: string, how: string): HostCheck {
  const name = "virtual machines";
  const version = /version (\d+)[\d.]*/.exec(said);
  if (version === null || Number(version[1]) >= wantedQemu) return ok(name, how);
  const hint = `${String(wantedQemu)} or later is better (Debian 12 has it in bookworm-backports): with older ones emulated kernels have panicked`;
  return { name, status: "limited", detail: `${how}; QEMU ${version[0].slice(8)} is old`, hint, packages: [] };
}

function lackOfMachines(probes: HostProbes): HostCheck | undefined {
  const name = "virtual machines";
  const { isRoot } = probes;
  const needed = ["qemu-system-x86_64", "qemu-img", "mmdebstrap", ...(isRoot ? [] : ["newuidmap"])];
  const lacking = needed.filter((program) => !probes.hasProgram(program));
  if (lacking.length > 0) {
    const detail = `no: ${lacking.join(" and ")} ${lacking.length > 1 ? "are" : "is"} not installed`;
    const packages = ["qemu-system-x86", "qemu-utils", "mmdebstrap", "iproute2", ...(isRoot ? [] : ["uidmap"])];
    return { name, status: "limited", detail, hint: `for them, install ${packages.join(" ")}`, packages };
  }
  const lack = probes.lackOfTaps();
  if (lack === undefined) return undefined;
  return { name, status: "limited", detail: `no: ${lack.why}`, hint: `for them, ${lack.hint}`, packages: [] };
}

/** A container mounts with this host's kernel. One that has no cifs leaves it to virtual machines, whose kernel has. */
function checkKernelClient({ host: { lackOfCifs } }: HostProbes, hasMachines: boolean): HostCheck {
  const name = "clients of cifs";
  if (lackOfCifs === null) return ok(name, "in containers: this host's kernel has cifs");
  if (hasMachines) return ok(name, `in virtual machines: ${lackOfCifs}`);
  const hint = "it takes virtual machines, see above, or a kernel with CONFIG_CIFS";
  return { name, status: "limited", detail: `no: ${lackOfCifs}`, hint, packages: [] };
}

/** RDMA is a device of a kernel: of this host's for containers, where that has it for them, else of a virtual machine's. */
function checkRdma({ host: { lackOfRdma } }: HostProbes, hasMachines: boolean): HostCheck {
  const name = "RDMA links";
  if (lackOfRdma.rxe === null) return ok(name, "in containers: this host's kernel has soft-RoCE for them");
  if (hasMachines) return ok(name, `in virtual machines, whose kernel has soft-RoCE (rdma_rxe): ${lackOfRdma.rxe}`);
  const hint = "it takes virtual machines, see above";
  return { name, status: "limited", detail: `no: ${lackOfRdma.rxe}`, hint, packages: [] };
}

/** Windows has no tcpdump: what it sends is captured here, where it comes in. */
function checkWindowsClient(probes: HostProbes): HostCheck {
  const name = "clients of windows";
  if (probes.hasProgram("tcpdump")) return ok(name, "tcpdump captures at the tap, or at the uplink of existing hosts");
  const detail = "no: tcpdump is not installed, and Windows has none";
  const hint = "for them, install tcpdump; else their grades are unknown";
  return { name, status: "limited", detail, hint, packages: ["tcpdump"] };
}

/** Each of these by its Debian package: what reads a medium, writes a CD, and is a TPM. */
const forWindows = { "7z": "p7zip-full", genisoimage: "genisoimage", swtpm: "swtpm" };

/** Windows starts by UEFI, and is installed with a CD of answers. */
function checkWindowsMachines(probes: HostProbes): HostCheck {
  const name = "machines with Windows";
  const firmware = findFirmware((path) => probes.hasDevice(path));
  const lacking = [
    ...(firmware === undefined ? [{ what: "UEFI's firmware", of: "ovmf" }] : []),
    ...Object.entries(forWindows).flatMap(([what, of]) => (probes.hasProgram(what) ? [] : [{ what, of }])),
  ];
  const packages = lacking.map(({ of }) => of);
  const images = "from images that you add: plugfest images add windows";
  if (packages.length === 0) return ok(name, lackOfMachines(probes) === undefined ? images : `${images}; see above`);
  const detail = `no: ${lacking.map(({ what }) => what).join(" and ")} ${lacking.length > 1 ? "are" : "is"} not installed`;
  return { name, status: "limited", detail, hint: `for them, install ${packages.join(" ")}`, packages };
}

function checkDisk(probes: HostProbes, stateFolder: string): HostCheck {
  const free = probes.freeBytes(stateFolder);
  const detail = `${(free / gigabyte).toFixed(1)} GB free at ${stateFolder}`;
  if (free >= diskNeeded) return ok("disk", detail);
  const hint = `the demo with its images takes ${(diskNeeded / gigabyte).toFixed(0)} GB: free some, or set PLUGFEST_STATE to a folder on another disk`;
  return { name: "disk", status: "limited", detail, hint, packages: [] };
}

function checkMemory({ memoryBytes }: HostProbes): HostCheck {
  const detail = `${(memoryBytes / gigabyte).toFixed(1)} GB`;
  if (memoryBytes >= memoryNeeded) return ok("memory", detail);
  const hint = "choose smaller copies and fewer nodes";
  return { name: "memory", status: "limited", detail, hint, packages: [] };
}
