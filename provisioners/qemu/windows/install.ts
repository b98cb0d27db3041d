import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { ToolError } from "../../../core/errors.js";
import { poll } from "../../../core/poll.js";
import { qmp } from "../qmp.js";
import { powerOf } from "../qemu-process.js";
import { consoleText } from "../console.js";
import type { MachineFolder } from "../machine-folder.js";
import { windowsFiles } from "./hardware.js";
import { type Building, onceOn } from "./once-on.js";
import { qemuImg } from "./qemu-img.js";
import { takeScreen } from "./screen.js";

export interface Installation extends Building {
  /** The medium, the answers, and the drivers where there are any. */
  readonly cds: readonly string[];
  /** Whether the machine may reach other networks, by this host: OpenSSH comes from Windows Update. */
  readonly needsInternet: boolean;
  readonly diskSize: string;
  /** How long all of it may take, and how long it may show no sign of life. */
  readonly limits: { readonly allMs: number; readonly stillMs: number };
}

/** What UEFI's firmware says when it goes over to what a medium has, and where nothing has anything. */
const starting = "BdsDxe: starting";
const nothing = "BdsDxe: No bootable option";

/** A medium of Windows waits for a key some five seconds: it is pressed for a little longer. */
const presses = { count: 12, everyMs: 500 };

/** The last that images/windows/setup/prepare.ps1 says. */
const sealing = "sealing";

/**
 * Has a medium install itself, with the answers of another CD, until the machine has switched itself off, sealed. Gives what it
 * says that it is. Its disk and its firmware's variables are in its folder then.
 */
export async function installWindows(installation: Installation): Promise<string> {
  const { folder, diskSize, needsInternet, cds, clock, signal, onLine } = installation;
  await qemuImg(["create", "-q", "-f", "qcow2", folder.at(windowsFiles.root), diskSize], "the disk could not be made");
  const name = { uuid: randomUUID(), node: "windows", lab: "an image" };
  const network = needsInternet ? "user,id=mgmt" : "user,id=mgmt,restrict=on";
  const failing = (what: string, advice?: string) => failed(installation, what, advice);
  return onceOn(installation, name, { cds, network, failed: failing }, async () => {
    await pressKeys(installation);
    onLine("the firmware starts the medium");
    const life = signsOfLife(installation);
    const over = await poll(
      async () => {
        // In this order: what it said before it ended counts.
        const power = await powerOf(folder, name);
        if (life.isStill())
          throw await failing(`has shown no sign of life for ${minutes(installation.limits.stillMs)}`);
        return power === "off" ? true : undefined;
      },
      { clock, everyMs: 2000, withinMs: installation.limits.allMs, ...(signal && { signal }) },
    );
    if (over === undefined) throw await failing(`was not installed within ${minutes(installation.limits.allMs)}`);
    const said = linesOf(folder);
    if (said.at(-1) === sealing) return said.findLast((line) => line.startsWith("is "))?.slice(3) ?? "";
    const complaint = said.findLast((line) => line.startsWith("not prepared: "));
    throw await failing(complaint ?? "switched itself off before it was sealed");
  });
}

async function pressKeys(installation: Installation): Promise<void> {
  const { folder, clock, signal } = installation;
  const heard = () => {
    const said = consoleText(folder);
    return Promise.resolve(said.includes(starting) ? true : said.includes(nothing) ? false : undefined);
  };
  const found = await poll(heard, { clock, everyMs: 200, withinMs: 120_000, ...(signal && { signal }) });
  if (found !== true) throw await failed(installation, "was not begun: the firmware found nothing to start from");
  const key = { execute: "send-key", arguments: { keys: [{ type: "qcode", data: "spc" }] } };
  for (let press = 0; press < presses.count; press++) {
    try {
      await qmp(folder, "windows", key);
    } catch (error) {
      // It is off already.
      if (error instanceof ToolError) return;
      throw error;
    }
    await clock.sleep(presses.everyMs, signal);
  }
}

/** Watches what is written to the disk and said on the serial port, and tells of it. */
function signsOfLife({ folder, clock, onLine, limits }: Installation): { readonly isStill: () => boolean } {
  let told = 0;
  let tellsFrom = 0;
  let written = 0;
  let livedMs = clock.now();
  return {
    isStill: () => {
      const lines = linesOf(folder);
      const bytes = statSync(folder.at(windowsFiles.root)).blocks * 512;
      if (lines.length > told || bytes > written) livedMs = clock.now();
      for (const line of lines.slice(told)) onLine(line);
      if (bytes >= tellsFrom) {
        onLine(`${(bytes / 1e9).toFixed(1)} GB written`);
        tellsFrom = bytes + 500e6;
      }
      [told, written] = [lines.length, Math.max(written, bytes)];
      return clock.now() - livedMs > limits.stillMs;
    },
  };
}

/** What images/windows/setup/prepare.ps1 said; what the firmware says is drawn on a screen. */
function linesOf(folder: MachineFolder): string[] {
  // eslint-disable-next-line no-control-regex -- where a drawing goes on
  return [...consoleText(folder).matchAll(/plugfest: ([^\r\n\u001b]*)\r?\n/g)].map(([, said = ""]) => said.trim());
}

async function failed({ folder, screen }: Installation, what: string, advice?: string): Promise<ToolError> {
  const bytes = statSync(folder.at(windowsFiles.root)).blocks * 512;
  const picture = await takeScreen(folder, "windows", screen);
  const began = bytes > 1e9;
  return new ToolError({
    code: "image/not-installed",
    message: `Windows ${what}; ${(bytes / 1e9).toFixed(1)} GB were written to its disk`,
    stderrTail: linesOf(folder).slice(-8).join("\n"),
    ...(picture !== undefined && { logPath: picture }),
    hint: `${picture === undefined ? "" : "the picture has what its screen showed; "}${
      advice ??
      (began
        ? "setup ended or waits: an edition or a key that it does not take is a usual reason"
        : "setup did not begin: is the medium whole, and is there such an edition on it?")
    } (docs/windows.md)`,
  });
}

function minutes(ms: number): string {
  return ms < 60_000 ? `${String(ms / 1000)} s` : `${String(Math.round(ms / 60_000))} min`;
}
