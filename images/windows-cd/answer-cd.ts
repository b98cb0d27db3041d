import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { ToolError } from "../../core/errors.js";
import { asset } from "../../core/paths.js";
import { administrator, type AnswerOptions, autounattend, sealedAnswers } from "./answer-file.js";
import { writeDataCd } from "./data-cd.js";
import { checkWindowsMedium, driverFolders } from "./medium.js";

/** What a host that is there for itself is to have. */
export interface OwnHost {
  /** What opens the host: a line of an authorized_keys file. */
  readonly authorizedKey: string;
  /** The card on the lab's network. */
  readonly link: { readonly mac: string; readonly address: string; readonly prefix: number } | undefined;
}

export interface AnswerCdOptions extends Pick<AnswerOptions, "edition" | "productKey" | "language"> {
  /** The medium of Windows that it gives answers to. */
  readonly iso: string;
  readonly out: string;
  /** A CD with virtio's drivers, which the host has beside the two. */
  readonly drivers: string | undefined;
  /** OpenSSH's installer; without it the host gets OpenSSH from Windows Update. */
  readonly openssh: string | undefined;
  /** What becomes of it: a host, or the image of virtual machines, which says so on its serial port and is switched off. */
  readonly becomes: OwnHost | { readonly image: { readonly hasTpm: boolean } };
}

/** Refuses what no CD can be made for. */
export async function checkAnswerCd({ iso, drivers, openssh }: AnswerCdOptions): Promise<void> {
  await checkWindowsMedium(iso);
  if (drivers !== undefined) await driverFolders(drivers);
  if (openssh !== undefined && !existsSync(openssh)) {
    const hint = "it is the .msi of the project Win32-OpenSSH that is meant; without it, leave --openssh out";
    throw new ToolError({ code: "image/no-medium", message: `there is no file ${openssh}`, hint });
  }
}

/** Writes the CD by which a medium installs itself; gives the administrator of the Windows that it becomes. */
export async function writeAnswerCd(options: AnswerCdOptions): Promise<{ user: string; password: string }> {
  const { out, drivers, openssh, becomes, edition, productKey, language } = options;
  await checkAnswerCd(options);
  // Windows wants letters of several sorts.
  const password = `Pf1-${randomBytes(12).toString("base64url")}`;
  const hasTpm = "image" in becomes && becomes.image.hasTpm;
  const folders = drivers === undefined ? [] : await driverFolders(drivers);
  const answers = { edition, productKey, language, password, drivers: folders, hasTpm };
  await writeDataCd(out, "PLUGFEST", {
    "Autounattend.xml": autounattend(answers),
    ...scripts("prepare.ps1", "settle.ps1"),
    ...("image" in becomes
      ? {
          ...scripts("start.ps1"),
          "sealed.xml": sealedAnswers(answers),
          "plugfest.json": JSON.stringify({ seal: true, drivers: folders }),
        }
      : { "plugfest.json": JSON.stringify({ ...becomes, drivers: folders }) }),
    ...(openssh === undefined ? {} : { [basename(openssh)]: readFileSync(openssh) }),
  });
  return { user: administrator, password };
}

function scripts(...names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(asset("images", "windows", "setup", name), "utf8")]),
  );
}
