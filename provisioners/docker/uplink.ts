import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { execa } from "execa";
import { ToolError } from "../../core/errors.js";

const devices = "/sys/class/net";

/** The bridge that an interface of this host is a port of, if it is of any. */
export function masterOf(device: string): string | undefined {
  try {
    return basename(readlinkSync(`${devices}/${device}/master`));
  } catch {
    return undefined;
  }
}

/**
 * Makes an interface of this host a port of a lab's bridge, so that what is beyond its cable is on the lab's network. The
 * kernel lets go of it when the bridge is removed. One that this host itself is reached by is refused.
 */
export async function attachUplink(device: string, bridge: string, network: string): Promise<void> {
  const what = `put ${device} on network ${network}`;
  const refuse = (code: string, why: string, hint: string): never => {
    throw new ToolError({ code, message: `could not ${what}: ${why}`, hint });
  };
  if (!existsSync(`${devices}/${device}`)) {
    const there = readdirSync(devices).filter(
      (name) => /^(en|eth|vlan|vx|ve|tap)/.test(name) && masterOf(name) === undefined,
    );
    refuse(
      "network/no-uplink",
      "this host has no such interface",
      `it has: ${there.join(", ") || "none that could be taken"}`,
    );
  }
  const master = masterOf(device);
  if (master === bridge) return;
  if (master !== undefined) {
    refuse(
      "network/uplink-in-use",
      `it is a port of ${master}`,
      "a lab that has it as its uplink must go first: `plugfest ls`",
    );
  }
  if (existsSync(`${devices}/${device}/phy80211`)) {
    refuse("network/uplink-wireless", "it is wireless, and those are no ports of bridges", "take one with a cable");
  }
  const addresses = await addressesOf(device);
  if (addresses.length > 0) {
    const why = `it has the address ${addresses.join(", ")}, which would not be reached any more`;
    refuse(
      "network/uplink-has-address",
      why,
      `take an interface without any; where this one is free: ip address flush dev ${device}`,
    );
  }
  for (const args of [["master", bridge], ["up"]]) {
    const result = await execa("ip", ["link", "set", "dev", device, ...args], { reject: false, stdin: "ignore" });
    if (!result.failed) continue;
    throw new ToolError({
      ...{ code: "network/refused", message: `could not ${what}`, command: result.command },
      ...(result.exitCode !== undefined && { exit: result.exitCode }),
      stderrTail: result.stderr === "" ? (result.shortMessage ?? "") : result.stderr,
      hint: "run as root, with iproute2; a loopback or a bridge is no port of a bridge",
    });
  }
}

/** What others may reach this host by: all addresses of an interface but those that every interface has. */
async function addressesOf(device: string): Promise<string[]> {
  const result = await execa("ip", ["-o", "address", "show", "dev", device, "scope", "global"], {
    ...{ reject: false, stdin: "ignore" },
  });
  return [...result.stdout.matchAll(/ inet6? (\S+)/g)].map(([, address = ""]) => address);
}
